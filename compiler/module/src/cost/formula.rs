//! A cost as a person reads it: `4096 + groups × 64 + lanes × (12 + ceil_div(k, 16) × 40)`.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::{Cost, DISPATCH_WEIGHT, GROUP_WEIGHT, Term};
use crate::{interface::Signature, job::Operation};

/// How tightly a text holds together: what stands inside looser text needs no brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Sum,
    Quotient,
    Product,
    Whole,
}

/// A part of a formula.
#[derive(Clone)]
struct Text {
    text: String,
    tightness: Tightness,
    /// The number, where it is one.
    number: Option<u64>,
}

impl Text {
    fn number(number: u64) -> Text {
        Text { text: number.to_string(), tightness: Tightness::Whole, number: Some(number) }
    }

    fn whole(text: String) -> Text {
        Text { text, tightness: Tightness::Whole, number: None }
    }

    fn call(function: &str, arguments: &[Text]) -> Text {
        let arguments: Vec<&str> = arguments.iter().map(|argument| argument.text.as_str()).collect();
        Text::whole(format!("{function}({})", arguments.join(", ")))
    }

    fn within(&self, outer: Tightness) -> String {
        if self.tightness < outer { format!("({})", self.text) } else { self.text.clone() }
    }

    fn infix(left: &Text, symbol: &str, right: &Text) -> Text {
        use Tightness::*;
        let (of_left, of_right, tightness) = match symbol {
            "+" => (Sum, Sum, Sum),
            "-" => (Sum, Quotient, Sum),
            "×" => (Product, Product, Product),
            _ => (Product, Whole, Quotient),
        };
        let text = format!("{} {symbol} {}", left.within(of_left), right.within(of_right));
        Text { text, tightness, number: None }
    }

    fn times(&self, other: &Text) -> Text {
        match (self.number, other.number) {
            (Some(0), _) | (_, Some(0)) => Text::number(0),
            (Some(1), _) => other.clone(),
            (_, Some(1)) => self.clone(),
            (Some(a), Some(b)) => Text::number(a.saturating_mul(b)),
            _ => Text::infix(self, "×", other),
        }
    }
}

/// A sum: its numbers together, and its other parts.
#[derive(Default)]
struct Sum {
    number: u64,
    parts: Vec<Text>,
}

impl Sum {
    fn add(&mut self, text: Text) {
        match text.number {
            Some(number) => self.number = self.number.saturating_add(number),
            None => self.parts.push(text),
        }
    }

    fn text(self) -> Text {
        let number = Text::number(self.number);
        let mut parts = self.parts.into_iter();
        let first = if self.number > 0 { number } else { parts.next().unwrap_or(number) };
        parts.fold(first, |sum, part| Text::infix(&sum, "+", &part))
    }
}

/// An open [`Term::Repeat`] or [`Term::Choose`].
enum Open {
    Repeat { trips: Text, sum: Sum },
    Choose { alternatives: Vec<Text>, sum: Sum },
}

impl Cost {
    /// The most that a dispatch can cost, in terms of its `groups` and `lanes`, its scalars and extents. Where a loop
    /// depends on the counter of another, the counter has a letter, and what follows `for the dearest` says its range.
    pub fn formula(&self, signature: &Signature) -> String {
        let mut writer = Writer::new(self, signature);
        let mut sum = Sum::default();
        let mut open: Vec<Open> = Vec::new();
        for term in &self.terms {
            let finished = match term {
                Term::Weight(weight) => Text::number(*weight),
                Term::Repeat { .. } => {
                    open.push(Open::Repeat { trips: writer.trips(term), sum: Sum::default() });
                    continue;
                }
                Term::Choose => {
                    open.push(Open::Choose { alternatives: Vec::new(), sum: Sum::default() });
                    continue;
                }
                Term::Or => {
                    if let Some(Open::Choose { alternatives, sum }) = open.last_mut() {
                        alternatives.push(std::mem::take(sum).text());
                    }
                    continue;
                }
                Term::End => match open.pop() {
                    Some(Open::Repeat { trips, sum }) => trips.times(&sum.text()),
                    Some(Open::Choose { alternatives, sum }) => dearest(alternatives, sum.text()),
                    None => continue,
                },
            };
            match open.last_mut() {
                Some(Open::Repeat { sum, .. } | Open::Choose { sum, .. }) => sum.add(finished),
                None => sum.add(finished),
            }
        }
        let lanes = Text::whole("lanes".into()).times(&sum.text());
        let fixed = format!("{DISPATCH_WEIGHT} + groups × {GROUP_WEIGHT}");
        let ranges = writer.ranges_used();
        let dearest =
            if ranges.is_empty() { String::new() } else { format!(", for the dearest {}", ranges.join(", ")) };
        if lanes.number == Some(0) { fixed } else { format!("{fixed} + {}{dearest}", lanes.text) }
    }
}

/// The dearest of several: the largest number among them, and whatever is not a number.
fn dearest(mut alternatives: Vec<Text>, last: Text) -> Text {
    alternatives.push(last);
    let number = alternatives.iter().filter_map(|text| text.number).max().unwrap_or(0);
    let mut others: Vec<Text> = Vec::new();
    for text in alternatives.into_iter().filter(|text| text.number.is_none()) {
        if others.iter().all(|other| other.text != text.text) {
            others.push(text);
        }
    }
    if number > 0 {
        others.insert(0, Text::number(number));
    }
    match others.as_slice() {
        [] => Text::number(0),
        [only] => only.clone(),
        several => Text::call("max", several),
    }
}

/// Writes expressions over slots.
struct Writer {
    /// The name of each slot.
    names: Vec<String>,
    /// For each counter its slot and range, and whether an expression has used it since the loop began.
    counters: Vec<(usize, String, bool)>,
}

impl Writer {
    fn new(cost: &Cost, signature: &Signature) -> Writer {
        let scalars = signature.scalars().map(|(name, _)| name.to_string());
        let given: Vec<String> = scalars.chain(signature.extents.iter().cloned()).collect();
        // i, j, k, …, without the letters that a parameter has.
        let letters = ('i'..='z').map(String::from).chain((1u32..).map(|number| format!("i{number}")));
        let counters: Vec<String> =
            letters.filter(|letter| !given.contains(letter)).take(cost.slots as usize).collect();
        let names = given.into_iter().chain(counters).collect();
        Writer { names, counters: Vec::new() }
    }

    fn ranges_used(&self) -> Vec<&str> {
        self.counters.iter().filter(|(.., used)| *used).map(|(_, range, _)| range.as_str()).collect()
    }

    /// How often a loop runs.
    fn trips(&mut self, term: &Term) -> Text {
        let Term::Repeat { slot, signed, from, to, by, max } = term else { return Text::number(1) };
        let ty = if *signed { ScalarType::I32 } else { ScalarType::U32 };
        let slot = *slot as usize;
        let name = self.names.get(slot).cloned().unwrap_or_default();
        if let Some(max) = max {
            let max = self.expression(max, ScalarType::U32);
            self.counters.push((slot, format!("{name} of {ty}"), false));
            return max;
        }
        let (from, to) = (self.expression(from, ty), self.expression(to, ty));
        self.counters.push((slot, format!("{name} in {}..{}", from.text, to.text), false));
        let by = u64::from((*by).max(1));
        match (from.number, to.number) {
            (Some(from), Some(to)) => return Text::number(to.saturating_sub(from).div_ceil(by)),
            (Some(0), None) if !*signed => {
                return if by == 1 { to } else { Text::call("ceil_div", &[to, Text::number(by)]) };
            }
            _ => {}
        }
        let distance = if from.number == Some(0) { to } else { Text::infix(&to, "-", &from) };
        let distance = Text::call("max", &[distance, Text::number(0)]);
        if by == 1 { distance } else { Text::call("ceil_div", &[distance, Text::number(by)]) }
    }

    /// An expression of type `ty`.
    fn expression(&mut self, expression: &[Operation], ty: ScalarType) -> Text {
        let mut stack: Vec<Text> = Vec::new();
        for (at, operation) in expression.iter().enumerate() {
            let mut pop = || stack.pop().unwrap_or_else(|| Text::number(0));
            let text = match *operation {
                Operation::Constant(bits) => constant(bits, consumer(&expression[at + 1..]).unwrap_or(ty)),
                Operation::Slot(slot) => self.slot(slot as usize),
                Operation::Unary(op, _) => of_unary(op, &pop()),
                Operation::Binary(op, _) => {
                    let (right, left) = (pop(), pop());
                    of_binary(op, left, right)
                }
                Operation::Convert(from, to) => {
                    let operand = pop();
                    let plain = from.is_integer() && to.is_integer();
                    if plain { operand } else { Text::call(to.name(), &[operand]) }
                }
            };
            stack.push(text);
        }
        stack.pop().unwrap_or_else(|| Text::number(0))
    }

    fn slot(&mut self, slot: usize) -> Text {
        // The innermost loop with this counter is the one that is meant.
        if let Some((.., used)) = self.counters.iter_mut().rev().find(|(counter, ..)| *counter == slot) {
            *used = true;
        }
        Text::whole(self.names.get(slot).cloned().unwrap_or_else(|| "?".into()))
    }
}

/// The type in which the next operation takes what was just pushed, where that is plain to see.
fn consumer(rest: &[Operation]) -> Option<ScalarType> {
    match rest {
        [Operation::Unary(_, ty) | Operation::Binary(_, ty) | Operation::Convert(ty, _), ..] => Some(*ty),
        [Operation::Slot(_) | Operation::Constant(_), Operation::Binary(_, ty), ..] => Some(*ty),
        _ => None,
    }
}

fn constant(bits: u64, ty: ScalarType) -> Text {
    let text = ty.show(bits);
    match text.parse() {
        Ok(number) if ty.is_integer() => Text::number(number),
        _ => Text { text, tightness: Tightness::Product, number: None },
    }
}

fn of_unary(op: Unary, operand: &Text) -> Text {
    match op {
        Unary::Negate => {
            let text = format!("-{}", operand.within(Tightness::Whole));
            Text { text, tightness: Tightness::Product, number: None }
        }
        Unary::Not => Text::whole(format!("!{}", operand.within(Tightness::Whole))),
        Unary::Absolute => Text::call("abs", std::slice::from_ref(operand)),
        Unary::SquareRoot => Text::call("sqrt", std::slice::from_ref(operand)),
        Unary::HalfToFloat => Text::call("f32", std::slice::from_ref(operand)),
        Unary::FloatToHalf => Text::call("f16", std::slice::from_ref(operand)),
        Unary::FloatToBrain => Text::call("bf16", std::slice::from_ref(operand)),
    }
}

fn of_binary(op: Binary, left: Text, right: Text) -> Text {
    match op {
        Binary::Multiply => Text::infix(&left, "×", &right),
        Binary::Add | Binary::Subtract | Binary::Divide | Binary::Remainder => Text::infix(&left, op.symbol(), &right),
        Binary::Minimum | Binary::Maximum | Binary::CeilingDivide | Binary::MultiplyHigh | Binary::Dot => {
            Text::call(op.symbol(), &[left, right])
        }
        _ => {
            let (left, right) = (left.within(Tightness::Whole), right.within(Tightness::Whole));
            Text::whole(format!("({left} {} {right})", op.symbol()))
        }
    }
}
