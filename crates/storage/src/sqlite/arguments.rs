//! Arguments of a call travel with its work to the task of the connection, which the caller
//! may not wait for: they are taken along by value, and lent to the work there.

use std::borrow::Borrow;

use oauth::model::{KeptRequests, RevocationReason, Timestamp, Uuid};

/// An argument as the caller gives it.
pub(super) trait Argument {
    /// What is taken along.
    type Taken;
    fn take(self) -> Self::Taken;
}

/// What was behind a reference.
pub(super) struct Referent<T: ToOwned + ?Sized>(T::Owned);

impl<T: ToOwned + ?Sized> Argument for &T {
    type Taken = Referent<T>;
    fn take(self) -> Referent<T> {
        Referent(self.to_owned())
    }
}

impl<T: ToOwned + ?Sized> Referent<T> {
    pub(super) fn lend(&self) -> &T {
        self.0.borrow()
    }
}

/// What was behind a reference, if there was one.
pub(super) struct OptionalReferent<T: ToOwned + ?Sized>(Option<T::Owned>);

impl<T: ToOwned + ?Sized> Argument for Option<&T> {
    type Taken = OptionalReferent<T>;
    fn take(self) -> OptionalReferent<T> {
        OptionalReferent(self.map(ToOwned::to_owned))
    }
}

impl<T: ToOwned + ?Sized> OptionalReferent<T> {
    pub(super) fn lend(&self) -> Option<&T> {
        self.0.as_ref().map(Borrow::borrow)
    }
}

/// A value.
pub(super) struct Value<T>(T);

impl<T: Copy> Value<T> {
    pub(super) fn lend(&self) -> T {
        self.0
    }
}

macro_rules! values {
    ($($type:ty),*) => {
        $(impl Argument for $type {
            type Taken = Value<Self>;
            fn take(self) -> Value<Self> {
                Value(self)
            }
        })*
    };
}

values!(
    i64,
    usize,
    KeptRequests,
    Option<i64>,
    Option<Uuid>,
    RevocationReason,
    Timestamp,
    Uuid
);
