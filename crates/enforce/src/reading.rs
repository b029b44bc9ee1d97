//! Reading a body: bounded in size and in time, whoever sends it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;

/// How long any body may take to arrive.
pub const GRACE: Duration = Duration::from_secs(10);
/// So many bytes that have come buy one second more.
pub const BYTES_A_SECOND: usize = 16_384;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is larger than is read.
    #[error("the body is too large")]
    TooLarge,
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// It broke off.
    #[error("the body broke off")]
    Incomplete,
}

/// Reads a body of at most `most` bytes. It has [`GRACE`] to arrive, and a second more for
/// every [`BYTES_A_SECOND`] that have come: at `most` bytes it ends in any case.
///
/// # Errors
///
/// Why there is none.
pub async fn read<B>(headers: &HeaderMap, body: B, most: usize) -> Result<Bytes, Unread>
where
    B: http_body::Body<Data = Bytes>,
{
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(Unread::TooLarge);
    }
    let received = AtomicUsize::new(0);
    let mut gathered = pin!(gather(body, most, &received));
    match at_once(gathered.as_mut()).await {
        Some(read) => read,
        None => tokio::select! {
            read = gathered => read,
            () = too_slow(&received) => Err(Unread::TooSlow),
        },
    }
}

/// The parts of a body as one. What comes in one part is not copied; many small ones are, so
/// that they hold no more memory than they have bytes.
async fn gather<B>(body: B, most: usize, received: &AtomicUsize) -> Result<Bytes, Unread>
where
    B: http_body::Body<Data = Bytes>,
{
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(part) = frame.map_err(|_| Unread::Incomplete)?.into_data() else {
            continue;
        };
        let before = received.fetch_add(part.len(), Ordering::Relaxed);
        if part.len() > most.saturating_sub(before) {
            return Err(Unread::TooLarge);
        }
        if before == 0 {
            first = part;
            continue;
        }
        whole.extend_from_slice(&std::mem::take(&mut first));
        whole.extend_from_slice(&part);
    }
    Ok(if first.is_empty() {
        whole.freeze()
    } else {
        first
    })
}

/// Ends when a body has taken longer than what came of it may take.
async fn too_slow(received: &AtomicUsize) {
    tokio::time::sleep(GRACE).await;
    let mut due = 0;
    loop {
        due += BYTES_A_SECOND;
        if received.load(Ordering::Relaxed) < due {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// What is ready now or after the connection has been read once more. Most bodies arrive with
/// their head, and for those no timer has to be set.
async fn at_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    let mut looked = false;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if looked => Poll::Ready(None),
        Poll::Pending => {
            looked = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::task::Context;

    use http_body::Frame;
    use http_body_util::Full;
    use tokio::sync::mpsc;

    use super::*;

    const MOST: usize = 1_048_576;

    /// A body whose parts somebody else sends.
    struct Sent(mpsc::Receiver<Bytes>);

    impl http_body::Body for Sent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let part = self.0.poll_recv(context);
            part.map(|part| part.map(|part| Ok(Frame::data(part))))
        }
    }

    /// A body of parts of `bytes`, one every so often, until it is `whole`.
    fn drip(bytes: usize, every: Duration, whole: usize) -> Sent {
        let (send, receive) = mpsc::channel(1);
        tokio::spawn(async move {
            for _ in 0..whole / bytes {
                tokio::time::sleep(every).await;
                if send.send(Bytes::from(vec![b'a'; bytes])).await.is_err() {
                    return;
                }
            }
        });
        Sent(receive)
    }

    #[tokio::test(start_paused = true)]
    async fn what_keeps_the_rate_is_read_to_its_end() {
        let body = drip(BYTES_A_SECOND, Duration::from_secs(1), MOST);
        let read = read(&HeaderMap::new(), body, MOST).await.unwrap();
        assert_eq!(read.len(), MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn what_trickles_has_its_grace_and_no_more() {
        let small = drip(100, Duration::from_secs(1), 900);
        assert_eq!(
            read(&HeaderMap::new(), small, MOST).await.unwrap().len(),
            900
        );
        for (bytes, every) in [(1, 1), (BYTES_A_SECOND / 2, 1), (BYTES_A_SECOND, 3)] {
            let begun = tokio::time::Instant::now();
            let body = drip(bytes, Duration::from_secs(every), MOST);
            let read = read(&HeaderMap::new(), body, MOST).await;
            assert_eq!(read, Err(Unread::TooSlow), "{bytes} in {every} s");
            assert!(begun.elapsed() < 2 * GRACE, "{bytes} in {every} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_ends_at_its_bound_whatever_it_announces() {
        let body = drip(BYTES_A_SECOND, Duration::from_millis(1), MOST);
        let read_in_part = read(&HeaderMap::new(), body, MOST - 1).await;
        assert_eq!(read_in_part, Err(Unread::TooLarge));
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_LENGTH, "6".parse().unwrap());
        let body = Full::new(Bytes::from_static(b"a"));
        assert_eq!(read(&headers, body, 5).await, Err(Unread::TooLarge));
        let body = Full::new(Bytes::from_static(b"abcde"));
        assert_eq!(read(&HeaderMap::new(), body, 5).await.unwrap(), "abcde");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_at_all_is_not_waited_for() {
        let (send, receive) = mpsc::channel(1);
        let read = read(&HeaderMap::new(), Sent(receive), 5).await;
        assert_eq!(read, Err(Unread::TooSlow));
        drop(send);
    }
}
