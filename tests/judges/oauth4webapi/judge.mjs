// oauth4webapi judges the running demo: discovery, code flow with a struck scope, refresh,
// introspection, revocation, client credentials, JWT access tokens, error answers.
// usage: node judge.mjs http://127.0.0.1:PORT [FILE]
// With a FILE, the realms are those that it tells, and what is played there, in place of the demo's.

import './older_node.mjs'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import * as oauth from 'oauth4webapi'
import { consentTo } from './browser.mjs'

const base = process.argv[2]
const http = { [oauth.allowInsecureRequests]: true }
const redirectUri = 'http://127.0.0.1:49152/callback'

// What each realm is asked for, what the person strikes, and what must come of it.
const ofDemo = {
  bexio: {
    client: 'ledgerly', user: 'anna', organisation: 'Muster AG',
    ask: 'contact_edit kb_invoice_show task_show', strike: 'task_show',
    granted: 'general contact_show contact_edit kb_invoice_show',
    open: '/2.0/contact', shut: '/2.0/task', needs: 'task_show',
    machine: { client: 'nightly-export', ask: 'contact_show task_show', granted: 'general contact_show', withheld: 'task_show' },
  },
  bokio: {
    client: 'betalfix', user: 'astrid', organisation: 'Exempel AB',
    ask: 'invoices:read uploads:read customers:write', strike: 'uploads:read',
    granted: 'invoices:read customers:write',
    open: '/v1/companies/{organisation}/invoices', shut: '/v1/companies/{organisation}/customers', needs: 'customers:read',
    machine: { client: 'bokslutsrobot', ask: 'sie:read bank-payments:write', granted: 'sie:read', withheld: 'bank-payments:write' },
  },
  freshbooks: {
    client: 'tallyboard', user: 'olivia', organisation: null,
    ask: 'user:profile:read user:invoices:read user:clients:write', strike: null,
    granted: 'user:profile:read user:invoices:read user:clients:write',
    open: '/accounting/account/mkp42x/invoices/invoices', shut: '/accounting/account/mkp42x/users/clients', needs: 'user:clients:read',
    machine: { client: 'report-runner', ask: 'user:invoices:read user:bills:read', granted: 'user:invoices:read', withheld: 'user:bills:read' },
  },
  stora: {
    client: 'gatekeeper', user: 'owen', organisation: 'Harbour Self Storage',
    ask: 'public.unit:read public.subscription:read public.deal:read', strike: 'public.deal:read',
    granted: 'public.unit:read public.subscription:read',
    open: '/2025-09/subscriptions', shut: '/2025-09/subscriptions?expand=site', needs: 'public.site:read',
    machine: { client: 'door-sync', jwt: true, ask: 'public.unit:read public.coupon:read', granted: 'public.unit:read', withheld: 'public.coupon:read' },
  },
}

const words = (text) => new Set(text.split(' '))
const told = process.argv[3] && JSON.parse(readFileSync(process.argv[3], 'utf8'))
const demo = told || await (await fetch(`${base}/demo.json`)).json()
const plays = told ? told.plays : ofDemo
assert.deepEqual(Object.keys(demo.realms).sort(), Object.keys(plays).sort())
let checks = 0
const check = (what, test) => { test(); checks += 1; console.log(`ok ${what}`) }

for (const [name, play] of Object.entries(plays)) {
  const realm = demo.realms[name]
  const issuer = new URL(realm.issuer)
  const found = await oauth.processDiscoveryResponse(issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...http }))
  check(`${name}: discovery`, () => {
    assert.equal(found.authorization_response_iss_parameter_supported, true)
    assert.ok(found.code_challenge_methods_supported.includes('S256'))
    assert.ok(words(play.granted).isSubsetOf?.(new Set(found.scopes_supported)) ?? true)
  })
  // What an app has in its settings that was written for another server.
  if (play.settings) check(`${name}: endpoints are where they were`, () => {
    for (const [member, url] of Object.entries(play.settings)) assert.equal(found[member], url)
  })
  // This is no OpenID provider, and does not say that it is one.
  const openid = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...http })
  check(`${name}: no OpenID discovery`, () => assert.equal(openid.status, 404))
  const as = found

  const sample = realm.clients.find((client) => client.client_id === play.client)
  const user = realm.users.find((user) => user.username === play.user)
  const place = user.organisations.find((place) => place.name === play.organisation) ?? user.organisations[0]
  const client = { client_id: sample.client_id }
  const auth = oauth.ClientSecretBasic(sample.client_secret)

  const codeFlow = async (client, auth, ask, strike) => {
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const url = new URL(as.authorization_endpoint)
    url.search = new URLSearchParams({
      response_type: 'code', client_id: client.client_id, redirect_uri: redirectUri, scope: ask, state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      ...(play.organisation ? { organisation: place.id } : {}),
    })
    const callback = await consentTo(url, user, strike)
    const parameters = oauth.validateAuthResponse(as, client, callback, state)
    const answer = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, redirectUri, verifier, http)
    return { tokens: await oauth.processAuthorizationCodeResponse(as, client, answer), parameters, verifier }
  }

  const { tokens, parameters, verifier } = await codeFlow(client, auth, play.ask, play.strike)
  check(`${name}: the code flow grants exactly what was decided`, () => assert.deepEqual(words(tokens.scope), words(play.granted)))

  const api = (token, path) => oauth.protectedResourceRequest(token, 'GET',
    new URL(realm.api + path.replace('{organisation}', place.id)), undefined, undefined, http)
  if (play.open) {
    const opened = await api(tokens.access_token, play.open)
    check(`${name}: the token opens its endpoint`, () => assert.equal(opened.status, 200))
    const refusal = await api(tokens.access_token, play.shut).then(() => undefined, (error) => error)
    check(`${name}: a refusal names every scope the call needs`, () => {
      assert.ok(refusal instanceof oauth.WWWAuthenticateChallengeError, String(refusal))
      assert.equal(refusal.status, 403)
      const [challenge] = refusal.cause
      assert.equal(challenge.parameters.error, 'insufficient_scope')
      assert.ok(words(challenge.parameters.scope).has(play.needs))
    })
  }

  const introspector = { client_id: realm.introspector.client_id }
  const introspect = async (token) => oauth.processIntrospectionResponse(as, introspector,
    await oauth.introspectionRequest(as, introspector, oauth.ClientSecretBasic(realm.introspector.client_secret), token, http))
  const seen = await introspect(tokens.access_token)
  check(`${name}: introspection agrees`, () => {
    assert.equal(seen.active, true)
    assert.equal(seen.client_id, play.client)
    assert.deepEqual(words(seen.scope), words(play.granted))
  })

  const refresh = async (token) => oauth.processRefreshTokenResponse(as, client,
    await oauth.refreshTokenGrantRequest(as, client, auth, token, http))
  const second = await refresh(tokens.refresh_token)
  check(`${name}: a refresh keeps the scope and rotates`, () => {
    assert.deepEqual(words(second.scope), words(play.granted))
    assert.notEqual(second.refresh_token, tokens.refresh_token)
  })
  const lost = await refresh(tokens.refresh_token)
  check(`${name}: who lost the answer gets the same again`, () => assert.equal(lost.refresh_token, second.refresh_token))
  const third = await refresh(second.refresh_token)
  const reused = await refresh(tokens.refresh_token).then(() => undefined, (error) => error)
  check(`${name}: a rotated refresh token is refused`, () => assert.equal(reused?.error, 'invalid_grant'))
  const ended = await introspect(third.access_token)
  check(`${name}: its reuse ended the connection`, () => assert.equal(ended.active, false))

  const again = await codeFlow(client, auth, play.ask, play.strike)
  const before = await introspect(again.tokens.access_token)
  const revocation = await oauth.revocationRequest(as, client, auth, again.tokens.refresh_token, http)
  await oauth.processRevocationResponse(revocation)
  const after = await introspect(again.tokens.access_token)
  check(`${name}: revoking the refresh token ends the access token`, () => {
    assert.equal(before.active, true)
    assert.equal(after.active, false)
  })

  const replay = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, redirectUri, verifier, http)
  const replayed = await oauth.processAuthorizationCodeResponse(as, client, replay).then(() => undefined, (error) => error)
  check(`${name}: a code works once`, () => assert.equal(replayed?.error, 'invalid_grant'))

  const native = realm.clients.find((client) => client.client_secret === null)
  const nativeAsk = native.registered_scope.split(' ').slice(0, 3).join(' ')
  const nativeFlow = await codeFlow({ client_id: native.client_id }, oauth.None(), nativeAsk, null)
  check(`${name}: a public client with PKCE`, () => assert.ok(nativeFlow.tokens.access_token))

  const robot = realm.clients.find((client) => client.client_id === play.machine.client)
  const answer = await oauth.clientCredentialsGrantRequest(as, { client_id: robot.client_id },
    oauth.ClientSecretBasic(robot.client_secret), { scope: play.machine.ask }, http)
  const machine = await oauth.processClientCredentialsResponse(as, { client_id: robot.client_id }, answer)
  check(`${name}: client credentials are clamped and told`, () => {
    assert.deepEqual(words(machine.scope), words(play.machine.granted))
    assert.deepEqual(machine.scope_withheld.map((one) => one.scope), [play.machine.withheld])
  })
  if (play.machine.jwt) {
    const request = new Request(realm.api, { headers: { authorization: `Bearer ${machine.access_token}` } })
    const claims = await oauth.validateJwtAccessToken(as, request, realm.api, http)
    check(`${name}: the JWT access token follows RFC 9068`, () => assert.deepEqual(words(claims.scope), words(play.machine.granted)))
  }
}
assert.ok(checks >= (told ? 12 : 53), `only ${checks} checks ran`)
console.log(`${checks} passed, 0 failed`)
