//! One app and one person who go on and on (consent, redeem, refresh, call, revoke) at a
//! server that may die at any moment, and the ledger of what they were answered.
//!
//! A line keeps its own books and believes nothing else. What was answered must hold after
//! every crash. What was asked without an answer is tried again: it may have happened or
//! not, and each answer then says what the rest must look like.

#![allow(
    clippy::disallowed_methods,
    reason = "how old a code is, is measured by the machine's own time"
)]

mod requests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use serde_json::Value;

use self::requests::pair_of;
use super::site::{App, PASSWORD, SCOPE, USER};
use super::tally::Tally;
use super::{dice::Dice, person};

/// Nobody answered, or only that the database does not: what was asked may have happened.
#[derive(Debug)]
pub struct Unanswered {
    is_503: bool,
}

const GONE: Unanswered = Unanswered { is_503: false };
const UNAVAILABLE: Unanswered = Unanswered { is_503: true };

type Tried<T> = Result<T, Unanswered>;

/// A connection: its refresh token, with the access token that came with it.
#[derive(Clone)]
struct Pair {
    refresh: String,
    access: String,
    /// The refresh tokens before, the latest last. The last one gives the same successor again,
    /// each other one is reuse.
    before: Vec<String>,
    /// A refresh was asked for and not answered: the token may be used.
    in_doubt: bool,
    /// Something that ends it was asked for and not answered.
    ending: bool,
}

struct Code {
    value: String,
    made: Instant,
    in_doubt: bool,
}

/// See the module.
pub struct Line {
    base: String,
    /// What people's browsers take for the server, whichever node answers.
    origin: String,
    app: App,
    browser: Client,
    api: Client,
    dice: Dice,
    code: Option<Code>,
    /// Live connections under the one standing grant, the latest last. What ends one leaves the
    /// others.
    pairs: Vec<Pair>,
    /// Those that ended: none may ever work again.
    ended: Vec<Pair>,
    /// How often each code was answered with tokens.
    redeemed: BTreeMap<String, u32>,
    /// What came for each refresh token: always the same.
    successors: BTreeMap<String, String>,
    pub tally: Tally,
}

impl Line {
    pub fn new(base: &str, app: App, seed: u64) -> Self {
        Self {
            base: base.to_owned(),
            origin: base.to_owned(),
            app,
            browser: person::browser(),
            api: person::browser(),
            dice: Dice::new(seed),
            code: None,
            pairs: Vec::new(),
            ended: Vec::new(),
            redeemed: BTreeMap::new(),
            successors: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// Signs in and agrees for the first time, on a server that stays: a sign-in that is cut
    /// off counts as a failed attempt, and many of those lock the person out.
    pub fn begin(&mut self) {
        self.consent().expect("the server answers at the beginning");
    }

    /// Goes on at another node.
    pub fn move_to(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    /// Holds the server to what was answered before it crashed, then goes on until nobody
    /// answers.
    pub fn run(&mut self) {
        self.run_while(&AtomicBool::new(true));
    }

    /// The same, or until it is told to stop. Answers whether the server still answered.
    pub fn run_while(&mut self, go_on: &AtomicBool) -> bool {
        // Connections to the last process are of no use.
        self.api = person::browser();
        let mut answered = self.check();
        while answered.is_ok() && go_on.load(Ordering::SeqCst) {
            answered = self.step();
        }
        if let Err(unanswered) = &answered {
            self.tally.unanswered += 1;
            self.tally.unavailable += u64::from(unanswered.is_503);
        }
        answered.is_ok()
    }

    /// Every doubt resolved and every answer checked, on a server that stays.
    pub fn settle_accounts(&mut self) {
        self.api = person::browser();
        let checked = (|| {
            self.check()?;
            for ended in self.ended.clone() {
                self.check_ended(&ended)?;
            }
            for _ in 0..self.pairs.len() {
                self.refresh()?;
                self.pairs.rotate_left(1);
            }
            Ok::<(), Unanswered>(())
        })();
        checked.expect("the server answers at the end");
        assert!(self.redeemed.values().all(|&times| times == 1));
    }

    /// What was answered before the crash.
    fn check(&mut self) -> Tried<()> {
        self.resolve()?;
        for pair in self.pairs.clone() {
            self.call(&pair.access, 200)?;
            self.tally.checked += 1;
        }
        for _ in 0..2.min(self.ended.len()) {
            let one = self.dice.below(self.ended.len() as u64) as usize;
            self.check_ended(&self.ended[one].clone())?;
        }
        Ok(())
    }

    fn check_ended(&mut self, pair: &Pair) -> Tried<()> {
        self.call(&pair.access, 401)?;
        for token in pair.before.last().into_iter().chain([&pair.refresh]) {
            let (status, answer) = self.ask_to_refresh(token)?;
            assert_eq!(
                status, 400,
                "a token of an ended connection was refreshed: {answer}"
            );
        }
        self.tally.checked += 1;
        Ok(())
    }

    /// Tries again what was not answered. A refresh that was not is simply the next one.
    fn resolve(&mut self) -> Tried<()> {
        while let Some(doubted) = self.pairs.iter().position(|pair| pair.ending) {
            self.resolve_ending(doubted)?;
        }
        if let Some(code) = &self.code
            && code.in_doubt
        {
            self.redeem()?;
        }
        Ok(())
    }

    /// All of the connection is gone, or nothing of it.
    fn resolve_ending(&mut self, doubted: usize) -> Tried<()> {
        let pair = self.pairs[doubted].clone();
        match self.status_of_call(&pair.access)? {
            200 => {
                self.tally.had_not += 1;
                self.pairs[doubted].ending = false;
            }
            401 => {
                self.tally.had_happened += 1;
                self.check_ended(&pair)?;
                self.end(doubted);
            }
            other => panic!("a call was answered {other}"),
        }
        Ok(())
    }

    fn step(&mut self) -> Tried<()> {
        self.resolve()?;
        if self.code.is_some() {
            return if self.dice.one_in(6) {
                self.redeem_twice()
            } else {
                self.redeem()
            };
        }
        if self.pairs.is_empty() {
            return self.consent();
        }
        match self.dice.below(100) {
            0..40 => self.refresh(),
            40..52 => {
                let access = self.latest().access.clone();
                self.call(&access, 200)
            }
            52..64 if self.pairs.len() < 3 => self.consent(),
            64..72 => self.refresh_twice(),
            72..78 => self.refresh_again(),
            78..83 => self.reuse(),
            83..93 => self.revoke(),
            _ => {
                self.pairs.rotate_left(1);
                self.refresh()
            }
        }
    }

    fn latest(&self) -> &Pair {
        self.pairs.last().expect("a pair")
    }

    /// The person agrees, or has agreed before.
    fn consent(&mut self) -> Tried<()> {
        let url = (self.app).authorization_url(&format!("{}/bexio", self.base), SCOPE);
        let back = person::walk(&self.browser, url, &self.origin, USER, PASSWORD, &[]).map_err(
            |error| Unanswered {
                is_503: error.status().is_some_and(|status| status == 503),
            },
        )?;
        let unavailable = ("error".into(), "temporarily_unavailable".into());
        if back.query_pairs().any(|pair| pair == unavailable) {
            return Err(UNAVAILABLE);
        }
        let code = back.query_pairs().find(|(name, _)| name == "code");
        let (_, value) = code.unwrap_or_else(|| panic!("no code in {back}"));
        self.code = Some(Code {
            value: value.into_owned(),
            made: Instant::now(),
            in_doubt: false,
        });
        self.tally.consents += 1;
        Ok(())
    }

    fn redeem(&mut self) -> Tried<()> {
        let code = self.code.as_mut().expect("a code");
        let was_in_doubt = std::mem::replace(&mut code.in_doubt, true);
        let (value, made) = (code.value.clone(), code.made);
        if made.elapsed() > Duration::from_secs(45) {
            // It may have expired by now, and then nothing can be told from an answer.
            self.code = None;
            return Ok(());
        }
        let (status, answer) = self.ask_to_redeem(&value)?;
        self.code = None;
        match status {
            200 => {
                self.tally.had_not += u64::from(was_in_doubt);
                self.redeemed_once(&value, &answer);
                self.tally.redemptions += 1;
            }
            400 if was_in_doubt => {
                // The connection that began, of which nothing is known, has ended with this.
                self.tally.had_happened += 1;
                self.tally.reuses += 1;
            }
            _ => panic!("a fresh code was answered {status}: {answer}"),
        }
        Ok(())
    }

    fn refresh(&mut self) -> Tried<()> {
        let token = self.doubt_latest();
        let answer = self.ask_to_refresh(&token)?;
        self.refreshed(&token, answer);
        Ok(())
    }

    /// The latest refresh token, which is about to be used.
    fn doubt_latest(&mut self) -> String {
        let pair = self.pairs.last_mut().expect("a pair");
        pair.in_doubt = true;
        pair.refresh.clone()
    }

    /// Books the successor of the latest token.
    fn refreshed(&mut self, token: &str, (status, answer): (u16, Value)) {
        assert_eq!(status, 200, "a live refresh token: {answer}");
        let [refresh, access] = pair_of(&answer);
        let known = self.successors.insert(token.to_owned(), refresh.clone());
        assert!(known.is_none_or(|known| known == refresh), "two successors");
        let pair = self.pairs.last_mut().expect("a pair");
        pair.before.push(token.to_owned());
        pair.in_doubt = false;
        (pair.refresh, pair.access) = (refresh, access);
        self.tally.refreshes += 1;
    }

    /// The answer was lost on the way, say.
    fn refresh_again(&mut self) -> Tried<()> {
        let before = self.latest().before.last().cloned();
        let Some(token) = before.filter(|_| !self.latest().in_doubt) else {
            return self.refresh();
        };
        let (status, answer) = self.ask_to_refresh(&token)?;
        assert_eq!(status, 200, "whose successor nobody used: {answer}");
        let [refresh, access] = pair_of(&answer);
        assert_eq!(refresh, self.latest().refresh);
        self.pairs.last_mut().expect("a pair").access = access;
        self.tally.again += 1;
        Ok(())
    }

    /// A token of two generations back: ends its connection.
    fn reuse(&mut self) -> Tried<()> {
        let before = &self.latest().before;
        let Some(token) = before.iter().rev().nth(1).cloned() else {
            return self.refresh();
        };
        self.pairs.last_mut().expect("a pair").ending = true;
        let (status, answer) = self.ask_to_refresh(&token)?;
        assert_eq!(status, 400, "{answer}");
        self.ended_by_reuse()
    }

    /// Two at the same moment: one is served, and the other one's reuse ends what it got.
    fn redeem_twice(&mut self) -> Tried<()> {
        let code = self.code.as_mut().expect("a code");
        code.in_doubt = true;
        let value = code.value.clone();
        let answers = self.at_once(|line| line.ask_to_redeem(&value));
        let all_answered = answers.iter().all(Result::is_ok);
        let (mut served, mut refused) = (false, false);
        for (status, answer) in answers.into_iter().flatten() {
            match status {
                200 => {
                    served = true;
                    self.redeemed_once(&value, &answer);
                }
                400 => refused = true,
                other => panic!("a race was answered {other}: {answer}"),
            }
        }
        if all_answered {
            assert!(served && refused, "one of two is served, and only one");
        }
        if served || refused {
            self.code = None;
        }
        if served && refused {
            return self.ended_by_reuse();
        }
        if served {
            self.pairs.last_mut().expect("a pair").ending = true;
        }
        Err(GONE)
    }

    /// Two at the same moment: both get the same.
    fn refresh_twice(&mut self) -> Tried<()> {
        let token = self.doubt_latest();
        let answers = self.at_once(|line| line.ask_to_refresh(&token));
        let all_answered = answers.iter().all(Result::is_ok);
        let mut answers = answers.into_iter().flatten();
        if let Some(answer) = answers.next() {
            self.refreshed(&token, answer);
        }
        for (status, answer) in answers {
            assert_eq!(status, 200, "{answer}");
            let [refresh, _] = pair_of(&answer);
            assert_eq!(refresh, self.latest().refresh);
            self.tally.again += 1;
        }
        if all_answered { Ok(()) } else { Err(GONE) }
    }

    fn at_once(
        &self,
        ask: impl Fn(&Self) -> Tried<(u16, Value)> + Sync,
    ) -> Vec<Tried<(u16, Value)>> {
        let (ask, twins) = (&ask, [self.twin(), self.twin()]);
        std::thread::scope(|scope| {
            let asking = twins.map(|twin| scope.spawn(move || ask(&twin)));
            asking.map(|asking| asking.join().unwrap()).into()
        })
    }

    /// The same app on a connection of its own.
    fn twin(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            ..Self::new(&self.base, self.app.clone(), 0)
        }
    }

    /// Ends the latest connection, by the app.
    fn revoke(&mut self) -> Tried<()> {
        let pair = self.pairs.last_mut().expect("a pair");
        pair.ending = true;
        let token = pair.refresh.clone();
        let (status, answer) = self.post("revoke", &[("token", &token)])?;
        assert_eq!(status, 200, "{answer}");
        self.tally.revocations += 1;
        self.end(self.pairs.len() - 1);
        self.others_go_on()
    }

    /// A reuse was refused: with the answer, the latest connection has ended.
    fn ended_by_reuse(&mut self) -> Tried<()> {
        self.tally.reuses += 1;
        let access = self.latest().access.clone();
        self.end(self.pairs.len() - 1);
        self.call(&access, 401)?;
        self.others_go_on()
    }

    /// What ended one connection ended no other.
    fn others_go_on(&mut self) -> Tried<()> {
        match self.pairs.last().cloned() {
            Some(pair) if !pair.ending => self.call(&pair.access, 200),
            _ => Ok(()),
        }
    }

    fn end(&mut self, connection: usize) {
        let ended = self.pairs.remove(connection);
        self.ended.push(ended);
    }

    /// Books the tokens that came for a code.
    fn redeemed_once(&mut self, code: &str, answer: &Value) {
        let times = self.redeemed.entry(code.to_owned()).or_default();
        *times += 1;
        assert_eq!(*times, 1, "redeemed twice");
        let [refresh, access] = pair_of(answer);
        self.pairs.push(Pair {
            refresh,
            access,
            before: Vec::new(),
            in_doubt: false,
            ending: false,
        });
    }

    fn call(&mut self, access: &str, expected: u16) -> Tried<()> {
        let status = self.status_of_call(access)?;
        assert_eq!(status, expected, "a call with {:?}", self.app.id);
        self.tally.calls += 1;
        Ok(())
    }
}
