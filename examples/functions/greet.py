"""A Lambda proxy function: the request is the event, the response is what it returns."""
import json


def handler(event, context):
    name = event["pathParameters"]["name"]
    shout = (event["queryStringParameters"] or {}).get("shout") == "yes"
    greeting = f"Hello {name}"
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json", "X-Function": context.function_name},
        "body": json.dumps({"greeting": greeting.upper() if shout else greeting}),
    }
