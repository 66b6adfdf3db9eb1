// Command echo is a Lambda proxy function as people write them in Go.
package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	if r.QueryStringParameters["fail"] != "" {
		return events.APIGatewayProxyResponse{}, errors.New(r.QueryStringParameters["fail"])
	}
	c, _ := lambdacontext.FromContext(ctx)
	return events.APIGatewayProxyResponse{
		StatusCode: http.StatusCreated,
		Headers:    map[string]string{"X-Request": c.AwsRequestID, "X-Function": c.InvokedFunctionArn},
		Body:       r.HTTPMethod + " " + r.Path + " " + r.PathParameters["proxy"] + " " + r.RequestContext.Stage + " " + r.Body,
	}, nil
}
