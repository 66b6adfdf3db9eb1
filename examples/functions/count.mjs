// A function that streams: metadata first, then the body as it comes.
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: { 'Content-Type': 'text/plain' } });
  for (let n = 1; n <= 3; n++) {
    stream.write(`${n}\n`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  stream.end();
});
