// An OpenID provider on a free port. It prints its issuer, then for each line
// of JSON on its standard input a token with these claims, or for "rotate" the
// id of a new key that signs from then on.
import { createInterface } from 'node:readline';
import { OAuth2Server } from 'oauth2-mock-server';

const server = new OAuth2Server();
let key = await server.issuer.keys.generate('RS256');
await server.start(0, '127.0.0.1');
console.log(server.issuer.url);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'rotate') {
    key = await server.issuer.keys.generate('RS256');
    console.log(key.kid);
    continue;
  }
  const claims = JSON.parse(line);
  console.log(await server.issuer.buildToken({ kid: key.kid, scopesOrTransform: (_, payload) => Object.assign(payload, claims) }));
}
