// Of what comes with no package: the keys that our files use, and what each may hold. Written by hand after the public
// references of Envoy Gateway (SecurityPolicy, ClientTrafficPolicy) and Istio (MeshConfig). A key that is not
// here is a mistake until somebody has looked it up.

const text = { type: "string", minLength: 1 };
const texts = { type: "array", minItems: 1, items: text };
const whole = { type: "integer", minimum: 1 };
const yes = { type: "boolean" };
const one = (...values) => ({ enum: values });
const list = (items) => ({ type: "array", minItems: 1, items });
const object = (required, optional = {}) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const metadata = object({ name: text, namespace: text });
const backend = object({ name: text, port: whole }, { namespace: text });
const target = (kind) => object({ group: one("gateway.networking.k8s.io"), kind: one(kind), name: text });
const policy = (kind, spec) =>
  object({ apiVersion: one("gateway.envoyproxy.io/v1alpha1"), kind: one(kind), metadata, spec });

// Where Envoy fails it denies: nothing else is right here.
const closed = { failOpen: { const: false } };
const request = object(
  { maxRequestBytes: whole, allowPartialMessage: { const: false } },
  { packAsBytes: { const: true } },
);
const asked = { service: text, port: whole, timeout: text, statusOnError: text, ...closed };

export const schemas = {
  "gateway.envoyproxy.io/v1alpha1/SecurityPolicy": policy(
    "SecurityPolicy",
    object({
      targetRefs: list(target("HTTPRoute")),
      extAuth: object(
        { ...closed, grpc: object({ backendRefs: list(backend) }) },
        { contextExtensions: list(object({ name: text, type: one("Value"), value: text })) },
      ),
    }),
  ),
  "gateway.envoyproxy.io/v1alpha1/ClientTrafficPolicy": policy(
    "ClientTrafficPolicy",
    object({
      targetRefs: list(target("Gateway")),
      path: object({ escapedSlashesAction: one("KeepUnchanged", "RejectRequest"), disableMergeSlashes: yes }),
      headers: object({ withUnderscoresAction: one("DropHeader", "RejectRequest") }),
    }),
  ),
  "istio-values.yaml": object({
    meshConfig: object({
      extensionProviders: list({
        oneOf: [
          object({
            name: text,
            envoyExtAuthzGrpc: object({ ...asked, includeRequestBodyInCheck: request }),
          }),
          object({
            name: text,
            envoyExtAuthzHttp: object({
              ...asked,
              pathPrefix: text,
              includeRequestBodyInCheck: request,
              includeRequestHeadersInCheck: texts,
              headersToUpstreamOnAllow: texts,
              headersToDownstreamOnDeny: texts,
            }),
          }),
        ],
      }),
    }),
  }),
};
