// Asks Scopegate before each call of an API on Node, by Express or Fastify: see docs/decide.md.
import { once } from 'node:events';

const DOWN = {
  status: 503,
  headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
  body: '{"title":"Access cannot be checked just now","status":503}',
};

export function scopegate({ decide, client, secret }) {
  const key = Buffer.from([client, secret].map(encodeURIComponent).join(':')).toString('base64');
  const own = { authorization: `Basic ${key}`, 'content-type': 'application/json' };

  // Nothing where the call may go on, and else the answer for the caller.
  async function denial(req) {
    try {
      const question = JSON.stringify(await told(req));
      const signal = AbortSignal.timeout(5000);
      const answer = await fetch(decide, { method: 'POST', headers: own, body: question, redirect: 'error', signal });
      const { decision, identity, ...denied } = answer.status === 200 ? await answer.json() : {};
      if (decision === 'deny') return denied;
      if (decision !== 'permit') return DOWN;
      for (const name of Object.keys(req.headers)) if (/^scopegate[-_]/i.test(name)) delete req.headers[name];
      for (const [name, value] of Object.entries(identity)) req.headers[`scopegate-${name.replaceAll('_', '-')}`] = value;
    } catch {
      return DOWN; // Whatever is not a decision is a denial.
    }
  }

  return {
    async express(req, res, next) {
      const denied = await denial(req);
      if (!denied) return next();
      res.statusCode = denied.status;
      for (const [name, value] of Object.entries(denied.headers)) res.setHeader(name, value);
      res.end(denied.body);
    },
    // As an `onRequest` hook.
    async fastify(request, reply) {
      const denied = await denial(request.raw);
      if (denied) return reply.code(denied.status).headers(denied.headers).send(Buffer.from(denied.body));
    },
  };
}

async function told(req) {
  const headers = Object.create(null);
  for (let at = 0; at < req.rawHeaders.length; at += 2) {
    (headers[req.rawHeaders[at].toLowerCase()] ??= []).push(req.rawHeaders[at + 1]);
  }
  // As it arrived, also below a mounted router.
  return { method: req.method, target: req.originalUrl ?? req.url, headers, body: await body(req) };
}

// The text that a rule may depend on; nothing hides it. Whoever reads the body later finds it there.
async function body(req) {
  const length = Number(req.headers['content-length'] ?? 0);
  if (!/json/i.test(req.headers['content-type'] ?? '') || !(length > 0 && length <= 1 << 20)) return;
  const signal = AbortSignal.timeout(10000);
  const parts = [];
  for (let left = length; left > 0; ) {
    const part = req.read();
    if (part) {
      parts.push(part);
      left -= part.length;
    } else {
      await once(req, 'readable', { signal });
    }
  }
  const read = Buffer.concat(parts);
  req.unshift(read);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read);
  } catch {}
}
