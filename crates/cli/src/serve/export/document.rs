//! Spans as OTLP's JSON (`opentelemetry-proto`, `trace/v1`).

use serde_json::{Value, json};
use server::operations::RequestSpan;

/// One batch of the spans of a service.
pub(super) fn document(service_name: &str, batch: &[RequestSpan]) -> Value {
    let spans: Vec<Value> = batch.iter().map(span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": [text("service.name", service_name)] },
        "scopeSpans": [{
            "scope": { "name": "scopegate", "version": env!("CARGO_PKG_VERSION") },
            "spans": spans,
        }],
    }] })
}

fn span(span: &RequestSpan) -> Value {
    const KIND_SERVER: u8 = 2;
    const STATUS_UNSET: u8 = 0;
    const STATUS_ERROR: u8 = 2;
    let began = span.began.as_nanosecond();
    let took = i128::try_from(span.took.as_nanos()).unwrap_or_default();
    let is_fault = span.status.is_server_error();
    json!({
        "traceId": hexadecimal(&span.trace),
        "spanId": hexadecimal(&span.id),
        "parentSpanId": span.parent.map(|id| hexadecimal(&id)).unwrap_or_default(),
        "name": format!("{} {}", span.method, span.kind.as_str()),
        "kind": KIND_SERVER,
        "startTimeUnixNano": began.to_string(),
        "endTimeUnixNano": (began + took).to_string(),
        "attributes": [
            text("http.request.method", span.method.as_str()),
            json!({
                "key": "http.response.status_code",
                "value": { "intValue": span.status.as_u16().to_string() },
            }),
            text("scopegate.request_id", &span.request_id),
        ],
        "status": { "code": if is_fault { STATUS_ERROR } else { STATUS_UNSET } },
    })
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
