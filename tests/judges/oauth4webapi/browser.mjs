// A person without scripts: follows redirects, keeps cookies, signs in, decides.

import assert from 'node:assert/strict'

/** Walks from the authorization URL to the redirect URI and answers it. */
export async function consentTo(url, user, strike) {
  const jar = new Map()
  let step = { url: new URL(url), method: 'GET', body: undefined }
  for (let hop = 0; hop < 12; hop += 1) {
    const answer = await fetch(step.url, {
      method: step.method, body: step.body, redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(step.method === 'POST' ? { origin: step.url.origin } : {}),
      },
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)
      jar.set(name, value)
    }
    // Behind a form a page leads to the app.
    const onward = answer.headers.get('refresh')?.replace('0; url=', '')
    const location = onward ?? answer.headers.get('location')
    if (location) {
      const target = new URL(location, step.url)
      if (target.pathname === '/callback') return target
      step = { url: target, method: 'GET' }
      continue
    }
    const page = await answer.text()
    assert.equal(answer.status, 200, page)
    step = submit(step.url, page, user, strike)
  }
  assert.fail('no end to the redirects')
}

function submit(url, page, user, strike) {
  const [form] = (page.match(/<form[^>]*method="post"[\s\S]*?<\/form>/g) ?? [])
    .filter((form) => form.includes('name="password"') || form.includes('name="decision"'))
  assert.ok(form, `no form to fill in on ${url}`)
  const action = unescape(attribute(/<form[^>]*>/.exec(form)[0], 'action') ?? '')
  const fields = new URLSearchParams()
  const inputs = form.match(/<input[^>]*>/g) ?? []
  const struckGroups = new Set(inputs
    .filter((input) => attribute(input, 'type') === 'radio' && attribute(input, 'value') === strike)
    .map((input) => attribute(input, 'name')))
  for (const input of inputs) {
    const [name, value, type] = ['name', 'value', 'type'].map((key) => attribute(input, key))
    if (name === 'username') fields.append(name, user.username)
    else if (name === 'password') fields.append(name, user.password)
    else if (type === 'radio' && struckGroups.has(name)) {
      if (value === '') fields.append(name, value)
    } else if (type === 'radio' || type === 'checkbox') {
      if (/\schecked/.test(input) && !/\sdisabled/.test(input) && value !== strike) fields.append(name, unescape(value))
    } else fields.append(name, unescape(value ?? ''))
  }
  if (form.includes('name="decision"')) fields.append('decision', 'allow')
  return { url: new URL(action, url), method: 'POST', body: fields }
}

const attribute = (tag, name) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
const unescape = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
