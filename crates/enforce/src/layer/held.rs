use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::limits::UnderWay;

/// The same body: the call is under way until it is over, or whoever reads it is gone.
pub(super) fn held(body: Body, under_way: Arc<UnderWay>) -> Body {
    Body::new(Held {
        body,
        _under_way: under_way,
    })
}

struct Held {
    body: Body,
    _under_way: Arc<UnderWay>,
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
