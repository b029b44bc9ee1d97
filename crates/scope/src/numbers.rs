//! Scopes by number, for tokens that hold bits instead of names.

use rustc_hash::FxHashMap;

use crate::{Scope, ScopeToken};

/// A realm's numbers of its scopes. A scope keeps its number for ever, also when the catalog
/// drops it; new ones get the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeNumbers {
    /// By number.
    names: Vec<Option<ScopeToken>>,
    numbers: FxHashMap<String, u32>,
}

impl ScopeNumbers {
    /// How many numbers a realm may give; the highest is one less.
    pub const MOST: u32 = 65_536;

    /// From the numbers that were given.
    ///
    /// # Errors
    /// A number or a name that comes twice, or a number that is too high.
    pub fn new(
        given: impl IntoIterator<Item = (u32, ScopeToken)>,
    ) -> Result<Self, ScopeNumbersError> {
        let mut numbers = Self::default();
        for (number, name) in given {
            if number >= Self::MOST {
                return Err(ScopeNumbersError::TooHigh(number));
            }
            let index = number as usize;
            if numbers.names.len() <= index {
                numbers.names.resize(index + 1, None);
            }
            let place = numbers.names.get_mut(index);
            let before = place.and_then(|place| place.replace(name.clone()));
            if before.is_some() {
                return Err(ScopeNumbersError::NumberTwice(number));
            }
            let before = numbers.numbers.insert(name.as_str().to_owned(), number);
            if before.is_some() {
                return Err(ScopeNumbersError::NameTwice(name));
            }
        }
        Ok(numbers)
    }

    /// The number that is given next.
    pub fn next(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(Self::MOST)
    }

    /// The number of a scope.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The scope with a number.
    pub fn name(&self, number: u32) -> Option<&ScopeToken> {
        self.names.get(number as usize)?.as_ref()
    }

    /// A scope as bits: the lowest of the first byte is number 0. `None` if one has no number.
    pub fn bits(&self, scope: &Scope) -> Option<Vec<u8>> {
        let mut bits = Vec::with_capacity(self.names.len().div_ceil(8));
        for name in scope.iter() {
            let number = self.number(name)?;
            let byte = number as usize / 8;
            if bits.len() <= byte {
                bits.resize(byte + 1, 0);
            }
            if let Some(byte) = bits.get_mut(byte) {
                *byte |= 1_u8 << (number % 8);
            }
        }
        Some(bits)
    }

    /// The names that bits say, in the order of the numbers.
    pub fn names<'a>(
        &'a self,
        bits: &'a [u8],
    ) -> impl Iterator<Item = Result<&'a ScopeToken, UnknownScopeNumber>> {
        let numbers = (0_u32..).zip(bits).flat_map(|(index, byte)| {
            let set = set_bits(*byte);
            set.map(move |bit| index.saturating_mul(8).saturating_add(bit))
        });
        numbers.map(|number| self.name(number).ok_or(UnknownScopeNumber(number)))
    }

    /// The scope that bits say, in the order of the numbers.
    ///
    /// # Errors
    /// A number that nobody has given, as far as is known here.
    pub fn scope(&self, bits: &[u8]) -> Result<Scope, UnknownScopeNumber> {
        let names = self.names(bits).map(|name| name.cloned());
        // Each number has one name, and each name one number.
        let names = names.collect::<Result<Vec<_>, _>>()?;
        Ok(Scope::of_distinct(names.into_iter()))
    }
}

/// The places of the bits that are set, the lowest first.
fn set_bits(mut byte: u8) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = byte.trailing_zeros();
        byte &= byte.checked_sub(1)?;
        Some(lowest)
    })
}

/// A number of a scope that nobody has given, as far as is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownScopeNumber(pub u32);

impl std::fmt::Display for UnknownScopeNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no scope has the number {}", self.0)
    }
}

impl std::error::Error for UnknownScopeNumber {}

/// Why numbers cannot be those of a realm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeNumbersError {
    /// Two scopes with one number.
    NumberTwice(u32),
    /// Two numbers of one scope.
    NameTwice(ScopeToken),
    /// Not below [`ScopeNumbers::MOST`].
    TooHigh(u32),
}

impl std::fmt::Display for ScopeNumbersError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NumberTwice(number) => write!(f, "two scopes have the number {number}"),
            Self::NameTwice(name) => write!(f, "the scope {name} has two numbers"),
            Self::TooHigh(number) => write!(
                f,
                "the number {number} is too high, the highest is {}",
                ScopeNumbers::MOST - 1
            ),
        }
    }
}

impl std::error::Error for ScopeNumbersError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(given: &[(u32, &str)]) -> Result<ScopeNumbers, ScopeNumbersError> {
        let token = |name: &str| ScopeToken::parse(name).unwrap();
        ScopeNumbers::new(given.iter().map(|(number, name)| (*number, token(name))))
    }

    #[test]
    fn bits_say_which_scopes_by_their_numbers() {
        let numbers = numbers(&[(0, "a"), (9, "b:read"), (3, "c")]).unwrap();
        let scope = Scope::parse("b:read a").unwrap();
        let bits = numbers.bits(&scope).unwrap();
        assert_eq!(bits, [0b1, 0b10]);
        assert_eq!(numbers.scope(&bits).unwrap().to_string(), "a b:read");
        assert_eq!(numbers.bits(&Scope::empty()).unwrap(), [0_u8; 0]);
        assert_eq!(numbers.scope(&[]).unwrap(), Scope::empty());
        assert_eq!(numbers.scope(&[0, 0, 0]).unwrap(), Scope::empty());
    }

    #[test]
    fn what_has_no_number_or_no_name_is_never_guessed() {
        let numbers = numbers(&[(0, "a"), (9, "b:read")]).unwrap();
        assert_eq!(numbers.bits(&Scope::parse("a d").unwrap()), None);
        assert_eq!(numbers.scope(&[0b11]), Err(UnknownScopeNumber(1)));
        assert_eq!(numbers.scope(&[1, 0, 1]), Err(UnknownScopeNumber(16)));
    }

    #[test]
    fn a_number_and_a_name_belong_to_each_other_alone() {
        let again = numbers(&[(0, "a"), (0, "b")]);
        assert_eq!(again, Err(ScopeNumbersError::NumberTwice(0)));
        let again = numbers(&[(0, "a"), (1, "a")]).unwrap_err();
        assert_eq!(again.to_string(), "the scope a has two numbers");
        let high = numbers(&[(ScopeNumbers::MOST, "a")]);
        assert_eq!(high, Err(ScopeNumbersError::TooHigh(ScopeNumbers::MOST)));
        assert!(numbers(&[(ScopeNumbers::MOST - 1, "a")]).is_ok());
    }
}
