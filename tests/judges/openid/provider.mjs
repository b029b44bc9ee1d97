// An OpenID provider as others run one: npm oidc-provider of the major version that is named first, at the port
// named second, for the realm whose issuer is named third. Whoever signs in is who they say; grace belongs to
// two organisations, and nobody else to any.
import { readFileSync } from 'node:fs';

const [version, port, realm, jwks] = process.argv.slice(2);
const { default: Provider } = await import(`oidc-provider-${version}`);
const issuer = `http://127.0.0.1:${port}`;

const organisations = {
  grace: [
    { id: 17, name: 'Muster AG', roles: ['administrator'] },
    { id: 'b', name: 'Hafen GmbH', roles: ['viewer'] },
  ],
};

const client = {
  client_id: 'scopegate',
  redirect_uris: [`${realm}/sign-in/callback`],
  backchannel_logout_uri: `${realm}/sign-in/backchannel-logout`,
  backchannel_logout_session_required: true,
  grant_types: ['authorization_code'],
  response_types: ['code'],
  ...(jwks
    ? { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks: JSON.parse(readFileSync(jwks)) }
    : { client_secret: 'a secret of the realm + %' }),
};

const provider = new Provider(issuer, {
  clients: [client],
  // Version 8 tells claims by UserInfo alone, version 9 in the ID token here: both are usual.
  conformIdTokenClaims: version === '8',
  claims: {
    openid: ['sub'],
    profile: ['name', 'locale'],
    email: ['email', 'email_verified'],
    organisations: ['organisations'],
  },
  scopes: ['openid', 'profile', 'email', 'organisations'],
  pkce: { required: () => true },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: true },
  },
  cookies: { keys: ['of a test'] },
  // Version 9 sends to no address inside by itself, and this realm is on this machine.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  findAccount: async (_, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id,
      name: id === 'grace' ? 'Grace Muster' : `Somebody called ${id}`,
      locale: 'de-CH',
      email: `${id}@firma.example`,
      email_verified: true,
      organisations: organisations[id] ?? [],
    }),
  }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
