//! Where an access leads, in a form in which two lanes can be told apart: the *digits* of the place. If
//! `p = d0 + r0 × (d1 + r1 × …)` with `0 <= d < r`, all `r` the same for all lanes, then equal places have equal digits.
//! A digit that is a lane's coordinate plus what is the same for all lanes then gives the coordinate away.

use std::collections::BTreeSet;

use super::{
    polynomial::{Atom, Monomial, Polynomial},
    space::{Reach, Space, common_divisor},
    words::Words,
};

/// The terms of a sum.
pub(super) type Terms = Vec<(Monomial, i128)>;

/// The most digits of a place.
const MAX_DIGITS: usize = 8;
/// The most divisors that are tried as a radix.
const MAX_DIVISORS: usize = 12;
const TURN: i128 = 1 << 32;

/// A digit, and the radix that it is below; the last one has none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Digit {
    /// Whether it is a digit of a digit.
    inner: bool,
    radix: Option<Terms>,
    /// The digit, and what it is equal to modulo 2^32 where an atom stands for a word.
    values: Vec<Terms>,
}

/// A target where an access stands: what it is made of, and its least and greatest value.
type Target = (Terms, i128, i128);

/// A place in one form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Form {
    digits: Vec<Digit>,
    targets: Vec<Target>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    /// With digits in the place of what they are the digits of, and without.
    forms: Vec<Form>,
    /// The whole of it, and what holds where the access stands, for those who try every lane.
    pub(super) place: Terms,
    pub(super) facts: Vec<Terms>,
}

/// What two lanes must differ in: the lane, or the group.
pub(super) type Targets = Vec<Polynomial>;

impl Spot {
    /// The place of an exact index, in an array of these sizes, the last first; `facts` of what holds there are kept.
    pub(super) fn of(
        words: &mut Words<'_>,
        index: &Polynomial,
        targets: &Targets,
        (sizes, tile): (&[Polynomial], &[i128]),
        facts: usize,
    ) -> Spot {
        let normal = words.space.normal(index.clone());
        let mut forms = vec![Form::of(words, normal.clone(), targets, sizes, true)];
        let coarse = Form::coarse(words, normal.clone(), targets, sizes, tile);
        if !forms.contains(&coarse) {
            forms.push(coarse);
        }
        let raw = words.space.raw(&normal);
        if raw != normal {
            forms.push(Form::of(words, raw, targets, sizes, false));
        }
        let facts = words.space.recent(facts).iter().map(|fact| fact.terms().to_vec()).collect();
        Spot { forms, place: normal.terms().to_vec(), facts }
    }
}

impl Form {
    /// One digit for each dimension; of an array in tiles two, the tile's number and the place in it.
    fn coarse(
        words: &mut Words<'_>,
        place: Polynomial,
        targets: &Targets,
        sizes: &[Polynomial],
        tile: &[i128],
    ) -> Form {
        let mut digits = Vec::new();
        let mut rest = place;
        let mut tile = tile.iter();
        for size in sizes {
            let Some((quotient, digit)) = by_size(&mut words.space, &rest, size) else { break };
            in_tile(words, digit, Some(size), tile.next(), &mut digits);
            rest = quotient;
        }
        in_tile(words, rest, None, tile.next(), &mut digits);
        Form { digits, targets: reached(words, targets, true) }
    }

    fn of(words: &mut Words<'_>, place: Polynomial, targets: &Targets, sizes: &[Polynomial], normal: bool) -> Form {
        let mut digits = Vec::new();
        let mut rest = place;
        for size in sizes {
            let Some((quotient, digit)) = by_size(&mut words.space, &rest, size) else { break };
            inner(words, &digit, Some(size), &mut digits);
            rest = quotient;
        }
        while digits.len() < MAX_DIGITS {
            let Some((radix, quotient, digit)) = peel(&mut words.space, &rest) else { break };
            inner(words, &digit, Some(&radix), &mut digits);
            rest = quotient;
        }
        digits.push(made(words, &rest, None, false));
        Form { digits, targets: reached(words, targets, normal) }
    }
}

fn reached(words: &mut Words<'_>, targets: &Targets, normal: bool) -> Vec<Target> {
    let mut found = Vec::new();
    for target in targets {
        let (least, most) = words.space.range(target);
        let target = if normal { words.space.normal(target.clone()) } else { target.clone() };
        found.push((target.terms().to_vec(), least, most));
    }
    found
}

/// An index as the number of a tile and the place in it.
fn in_tile(words: &mut Words<'_>, index: Polynomial, radix: Option<&Polynomial>, tile: Option<&i128>, digits: &mut Vec<Digit>) {
    if let Some(tile) = tile {
        let space = &words.space;
        let (origin, place) = index.parted(|monomial| {
            let group = monomial.atoms().any(|atom| space.reach_of(atom) == Reach::Group);
            group && index.coefficient(monomial) % tile == 0 && monomial.atoms().all(|atom| space.reach_of(atom) <= Reach::Group)
        });
        let room = Polynomial::number(tile - 1).minus(&place);
        if words.space.natural(&place) && room.is_some_and(|room| words.space.natural(&room)) {
            let (number, _) = origin.split(&Monomial::ONE, *tile);
            digits.push(made(words, &place, Some(&Polynomial::number(*tile)), true));
            digits.push(made(words, &number, radix, false));
            return;
        }
    }
    digits.push(made(words, &index, radix, false));
}

impl Spot {
    /// The digits, the lowest first.
    pub(super) fn show(&self, space: &Space) -> String {
        let polynomial = |terms: &Terms| space.show(&Polynomial::of(terms.clone()));
        let Some(form) = self.forms.first() else { return String::new() };
        let digits = form.digits.iter().map(|digit| {
            let values: Vec<String> = digit.values.iter().map(polynomial).collect();
            let radix = digit.radix.as_ref().map(|radix| format!(" below {}", polynomial(radix))).unwrap_or_default();
            format!("{}{radix}", values.join(" or "))
        });
        let targets = form.targets.iter().map(|(target, ..)| polynomial(target));
        format!("[{}] of ({})", digits.collect::<Vec<_>>().join("; "), targets.collect::<Vec<_>>().join(", "))
    }
}

/// A digit may have digits of its own.
fn inner(words: &mut Words<'_>, digit: &Polynomial, radix: Option<&Polynomial>, digits: &mut Vec<Digit>) {
    let mut rest = digit.clone();
    while digits.len() < MAX_DIGITS {
        let Some((radix, quotient, digit)) = peel(&mut words.space, &rest) else { break };
        digits.push(made(words, &digit, Some(&radix), true));
        rest = quotient;
    }
    digits.push(made(words, &rest, radix, false));
}

fn made(words: &Words<'_>, digit: &Polynomial, radix: Option<&Polynomial>, inner: bool) -> Digit {
    let mut values = vec![digit.terms().to_vec()];
    for (monomial, _) in digit.varying() {
        let Some(rule) = words.rules.iter().rev().find(|rule| Monomial::atom(rule.atom) == *monomial) else { continue };
        if let Some(equal) = digit.replaced(rule.atom, &words.space.normal(rule.equal.clone())) {
            values.push(equal.terms().to_vec());
        }
    }
    Digit { inner, radix: radix.map(|radix| radix.terms().to_vec()), values }
}

/// Quotient and rest by a size.
fn by_size(space: &mut Space, place: &Polynomial, size: &Polynomial) -> Option<(Polynomial, Polynomial)> {
    let [(monomial, factor)] = size.terms() else { return None };
    let (quotient, rest) = place.split(monomial, (*factor).max(1));
    let room = size.minus(&rest)?.shifted(-1);
    (space.natural(&rest) && space.natural(&room)).then_some((quotient, rest))
}

/// The lowest digit: the radix, what is left, and the digit.
fn peel(space: &mut Space, place: &Polynomial) -> Option<(Polynomial, Polynomial, Polynomial)> {
    if place.varying().is_empty() {
        return None;
    }
    by_number(space, place).or_else(|| by_sizes(space, place)).or_else(|| by_factor(space, place))
}

/// A radix that is the factor of one atom, which nothing else is a multiple of.
fn by_factor(space: &mut Space, place: &Polynomial) -> Option<(Polynomial, Polynomial, Polynomial)> {
    for (monomial, factor) in place.varying().iter().filter(|(monomial, factor)| *factor > 1 && monomial.degree() == 1) {
        let (whole, rest) = place.parted(|other| other == monomial);
        let room = Polynomial::number(factor - 1).minus(&rest)?;
        if space.natural(&rest) && space.natural(&room) {
            let (quotient, _) = whole.split(&Monomial::ONE, *factor);
            return Some((Polynomial::number(*factor), quotient, rest));
        }
    }
    None
}

/// A radix that is a number.
fn by_number(space: &mut Space, place: &Polynomial) -> Option<(Polynomial, Polynomial, Polynomial)> {
    let mut factors: Vec<i128> = place.varying().iter().map(|(_, factor)| factor.abs()).collect();
    factors.sort_unstable();
    factors.dedup();
    for least in factors.iter().copied() {
        let common = factors.iter().filter(|factor| **factor >= least).fold(0, |a, b| common_divisor(a, *b));
        if common < 2 {
            continue;
        }
        let (_, low) = place.parted(|monomial| *monomial != Monomial::ONE && place.coefficient(monomial) % common == 0);
        let constant = low.constant();
        let low = low.shifted(-constant);
        let (least, most) = space.range(&low);
        if most.saturating_sub(least) >= common {
            continue;
        }
        for radix in divisors(common).into_iter().filter(|radix| *radix > most - least).take(MAX_DIVISORS) {
            let shift = constant.rem_euclid(radix);
            if least + shift >= 0 && most + shift < radix {
                let (quotient, rest) = place.split(&Monomial::ONE, radix);
                // What the radix divides is not in the rest; nothing else may be.
                if rest == low.clone().shifted(constant.rem_euclid(radix)) {
                    return Some((Polynomial::number(radix), quotient, rest));
                }
            }
        }
    }
    None
}

/// The divisors of a number but for 1, in rising order. Of a large one only those that are powers of two times it.
fn divisors(number: i128) -> Vec<i128> {
    let mut found: Vec<i128> = (2..=number.min(4096)).filter(|divisor| number % divisor == 0).collect();
    if number > 4096 {
        let mut divisor = number;
        while divisor > 4096 {
            found.push(divisor);
            if divisor % 2 != 0 {
                break;
            }
            divisor /= 2;
        }
        found.sort_unstable();
        found.dedup();
    }
    found
}

/// A radix that is a product of sizes.
fn by_sizes(space: &mut Space, place: &Polynomial) -> Option<(Polynomial, Polynomial, Polynomial)> {
    let mut tried: BTreeSet<(usize, Monomial)> = BTreeSet::new();
    for (monomial, _) in place.varying() {
        let sizes = monomial.part(|atom| space.reach_of(atom) == Reach::Dispatch);
        if sizes != Monomial::ONE {
            tried.insert((sizes.degree(), sizes));
            for atom in sizes.atoms() {
                tried.insert((1, Monomial::atom(atom)));
            }
        }
    }
    for (_, sizes) in tried.into_iter().take(MAX_DIVISORS) {
        let radix = Polynomial::term(sizes, 1);
        let (quotient, rest) = place.split(&sizes, 1);
        let Some(room) = radix.minus(&rest).map(|room| room.shifted(-1)) else { continue };
        if space.natural(&rest) && space.natural(&room) {
            return Some((radix, quotient, rest));
        }
    }
    None
}

/// What is the same for the two lanes that are compared.
#[derive(Clone, Copy)]
pub(super) struct Level<'s> {
    pub(super) space: &'s Space,
    /// Atoms of this reach are the same.
    pub(super) same: Reach,
    /// Which target they differ in.
    pub(super) target: usize,
}

impl Level<'_> {
    fn varies(&self, monomial: &Monomial) -> bool {
        monomial.atoms().any(|atom| self.space.reach_of(atom) > self.same)
    }

    fn parted(&self, terms: &Terms) -> (Terms, Terms) {
        terms.iter().partition(|(monomial, _)| self.varies(monomial))
    }

    /// Whether two lanes that differ in the target never come to the same place.
    pub(super) fn apart(&self, a: &Spot, b: &Spot) -> bool {
        a.forms.iter().any(|a| b.forms.iter().any(|b| self.forms_apart(a, b)))
    }

    fn forms_apart(&self, a: &Form, b: &Form) -> bool {
        let (Some((target, low, high)), Some((other, from, to))) =
            (a.targets.get(self.target), b.targets.get(self.target))
        else {
            return false;
        };
        if low == high && from == to && low == from {
            // One lane alone comes to both.
            return true;
        }
        let most = *high.max(to);
        if target != other || a.digits.len() != b.digits.len() {
            return false;
        }
        let radices = a.digits.iter().zip(&b.digits).all(|(a, b)| a.radix == b.radix && a.inner == b.inner);
        if !radices {
            return false;
        }
        // Sums that are equal in both lanes if the places are.
        let mut equal: Vec<Terms> = Vec::new();
        for (a, b) in a.digits.iter().zip(&b.digits) {
            for x in &a.values {
                for y in &b.values {
                    let ((varying, rest), (other, also)) = (self.parted(x), self.parted(y));
                    if varying.is_empty() && other.is_empty() && differ(&rest, &also) {
                        return true;
                    }
                    if rest == also && varying == other && !varying.is_empty() {
                        equal.push(varying);
                    }
                }
            }
        }
        self.gives_away(target, most, equal)
    }

    /// Whether equal sums make the targets equal.
    fn gives_away(&self, target: &Terms, most: i128, mut equal: Vec<Terms>) -> bool {
        let (varying, _) = self.parted(target);
        let mut known: BTreeSet<Atom> = BTreeSet::new();
        loop {
            let of_target = varying.iter().flat_map(|(monomial, _)| monomial.atoms());
            let mut open = of_target.filter(|atom| self.space.reach_of(*atom) > self.same && !known.contains(atom));
            if open.next().is_none() {
                return true;
            }
            if equal.iter().any(|sum| multiple(sum, &varying, most)) {
                return true;
            }
            // A sum of which all but one atom are known to be equal.
            let found = equal.iter().position(|sum| self.solved(sum, &known).is_some());
            let Some(position) = found else { return false };
            let sum = equal.swap_remove(position);
            known.extend(self.solved(&sum, &known));
        }
    }

    /// The one atom that is left in a sum, if it is there once, with a factor that does not make it wrap.
    fn solved(&self, sum: &Terms, known: &BTreeSet<Atom>) -> Option<Atom> {
        let open = |atom: &Atom| self.space.reach_of(*atom) > self.same && !known.contains(atom);
        let mut left = sum.iter().filter(|(monomial, _)| monomial.atoms().any(|atom| open(&atom)));
        let (monomial, factor) = left.next().filter(|_| left.clone().next().is_none())?;
        let atom = monomial.atoms().next().filter(|_| monomial.degree() == 1)?;
        let (low, high) = self.space.range_of(atom);
        (factor.abs().saturating_mul(high - low) < TURN).then_some(atom)
    }

}

/// Whether a sum is a multiple of what varies of the target, which is at most `most`, and does not wrap.
fn multiple(sum: &Terms, target: &Terms, most: i128) -> bool {
    let (Some((_, first)), Some((_, of))) = (sum.first(), target.first()) else { return false };
    if *of == 0 || first % of != 0 || sum.len() != target.len() {
        return false;
    }
    let factor = first / of;
    let multiple = sum.iter().zip(target).all(|((m, k), (n, j))| m == n && *k == j * factor);
    multiple && factor != 0 && most >= 0 && factor.abs().saturating_mul(most) < TURN
}

/// Whether two sums without lanes differ by a number that is not zero.
fn differ(a: &Terms, b: &Terms) -> bool {
    let split = |terms: &Terms| {
        let constant = terms.iter().find(|(monomial, _)| *monomial == Monomial::ONE).map_or(0, |(_, k)| *k);
        let others: Terms = terms.iter().filter(|(monomial, _)| *monomial != Monomial::ONE).copied().collect();
        (others, constant)
    };
    let ((a, x), (b, y)) = (split(a), split(b));
    a == b && (x - y).rem_euclid(TURN) != 0
}
