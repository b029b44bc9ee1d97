import { appendFileSync } from 'node:fs';

export const { PORT, DECIDE, CLIENT, SECRET } = process.env;

// What the program sees, once its body is read.
export function seen(req, body) {
  const headers = Object.entries(req.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const call = { method: req.method, uri: req.originalUrl ?? req.url, headers, body };
  appendFileSync(process.env.SEEN, `${JSON.stringify(call)}\n`);
}
