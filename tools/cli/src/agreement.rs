//! Whether engines agree. Any difference is a bug in an engine or a device (law 1), so the first one is named exactly.

use std::fmt;

use lockstep_module::{Array, Outcome, TrapReport};

use crate::cell;

/// The first difference between two engines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The engine that came first.
    pub first: String,
    /// The engine that differs from it.
    pub second: String,
    /// What differs, in a sentence for each line, with both values.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {} differ: {}", self.first, self.second, self.what)
    }
}

/// Compares every outcome with the first. None if all are equal.
pub fn first_difference(outcomes: &[(String, Outcome)]) -> Option<Difference> {
    let ((first, one), rest) = outcomes.split_first()?;
    rest.iter().find(|(_, other)| other != one).map(|(second, other)| Difference {
        first: first.clone(),
        second: second.clone(),
        what: difference(first, one, second, other),
    })
}

fn difference(first: &str, one: &Outcome, second: &str, other: &Outcome) -> String {
    match (one, other) {
        (Outcome::Finished(_), Outcome::Trapped(report)) => {
            format!("{first} finished, and {second} trapped in `{}`: {}", report.kernel, report.detail)
        }
        (Outcome::Trapped(report), Outcome::Finished(_)) => {
            format!("{first} trapped in `{}`: {}; and {second} finished", report.kernel, report.detail)
        }
        (Outcome::Trapped(one), Outcome::Trapped(other)) => trap_difference(first, one, second, other),
        (Outcome::Finished(ones), Outcome::Finished(others)) => {
            for (one, other) in ones.iter().zip(others) {
                if one.name != other.name {
                    return format!("{first} wrote `{}` where {second} wrote `{}`", one.name, other.name);
                }
                if one.array != other.array {
                    return array_difference(first, &one.name, &one.array, second, &other.array);
                }
            }
            format!("{first} wrote {} arrays, and {second} wrote {}", ones.len(), others.len())
        }
    }
}

fn array_difference(first: &str, name: &str, one: &Array, second: &str, other: &Array) -> String {
    let shape = |array: &Array| format!("{} cells of {}", cell::product(&array.dimensions), array.element);
    if (one.element, &one.dimensions) != (other.element, &other.dimensions) {
        return format!("`{name}` has {} in {first}, and {} in {second}", shape(one), shape(other));
    }
    let mut unequal = one.cells().zip(other.cells()).enumerate().filter(|(_, (a, b))| a != b);
    let Some((position, (a, b))) = unequal.next() else {
        return format!("`{name}` holds {} words in {first}, and {} in {second}", one.words.len(), other.words.len());
    };
    let more = unequal.count();
    let cell = cell::show(position, &one.dimensions);
    let digits = 8 * one.element.words();
    let value = |bits: u64| format!("{} (0x{bits:0digits$x})", one.element.show(bits));
    let others = match more {
        0 => "no other cell of it differs".into(),
        1 => "1 other cell of it differs".into(),
        _ => format!("{more} other cells of it differ"),
    };
    let element = one.element;
    format!("{name}{cell}: {element} is {} in {first}, and {} in {second}; {others}", value(a), value(b))
}

fn trap_difference(first: &str, one: &TrapReport, second: &str, other: &TrapReport) -> String {
    let fields = |r: &TrapReport| {
        [
            ("kernel", format!("`{}`", r.kernel)),
            ("dispatch", r.dispatch.map_or("none".into(), |dispatch| dispatch.to_string())),
            ("group", r.group.map_or("none".into(), |group| group.to_string())),
            ("lane", format!("{:?}", r.lane)),
            ("cause", format!("{:?}", r.cause)),
            ("detail", format!("{:?}", r.detail)),
            ("place", format!("{}:{}, bytes {:?} of source {}", r.line, r.column, r.span, r.source)),
        ]
    };
    let differing = fields(one).into_iter().zip(fields(other)).find(|(a, b)| a != b);
    match differing {
        Some(((field, a), (_, b))) => format!("both trapped, with {field} {a} in {first}, and {b} in {second}"),
        None => "both trapped, and their reports differ".into(),
    }
}

#[cfg(test)]
mod tests {
    use lockstep_module::{Output, TrapCause};
    use lockstep_numbers::ScalarType;

    use super::*;

    fn finished(words: Vec<u32>) -> Outcome {
        let array = Array { element: ScalarType::F32, dimensions: vec![2, words.len() as u32 / 2], words };
        let untouched = Output { name: "x".into(), array: Array::zeros(ScalarType::U32, vec![1]) };
        Outcome::Finished(vec![untouched, Output { name: "y".into(), array }])
    }

    fn trapped(group: u64) -> Outcome {
        Outcome::Trapped(TrapReport {
            kernel: "k".into(),
            dispatch: Some(1),
            group: Some(group),
            lane: vec![("i".into(), 7)],
            cause: TrapCause::DivisionByZero,
            detail: "5 / 0".into(),
            source: 0,
            span: (1, 2),
            line: 1,
            column: 2,
        })
    }

    fn compare(one: Outcome, other: Outcome) -> Option<String> {
        let third = one.clone();
        let outcomes = [("interpreter".into(), one), ("llvmpipe".into(), other), ("other".into(), third)];
        first_difference(&outcomes).map(|difference| difference.to_string())
    }

    #[test]
    fn equal_outcomes_agree() {
        assert_eq!(compare(finished(vec![1, 2, 3, 4]), finished(vec![1, 2, 3, 4])), None);
        assert_eq!(compare(trapped(3), trapped(3)), None);
        assert_eq!(first_difference(&[]), None);
    }

    /// The control: an engine that is wrong in one bit of one cell is caught, whichever bit it is.
    #[test]
    fn one_flipped_bit_is_caught_and_named() {
        let right = vec![0x3f80_0000; 6];
        for bit in 0..32 {
            let mut wrong = right.clone();
            wrong[4] ^= 1 << bit;
            let what = compare(finished(right.clone()), finished(wrong)).unwrap();
            assert!(what.starts_with("interpreter and llvmpipe differ: y[1, 1]: f32 is 1.0 (0x3f800000)"), "{what}");
        }
        let mut wrong = right.clone();
        wrong[4] ^= 1;
        assert_eq!(
            compare(finished(right), finished(wrong)).unwrap(),
            "interpreter and llvmpipe differ: y[1, 1]: f32 is 1.0 (0x3f800000) in interpreter, \
             and 1.0000001 (0x3f800001) in llvmpipe; no other cell of it differs"
        );
    }

    /// Both words of a cell count, and the cell is named, not the word.
    #[test]
    fn a_flipped_bit_of_a_64_bit_cell_is_named_by_its_cell() {
        let array = |words: [u32; 4]| {
            let array = Array { element: ScalarType::U64, dimensions: vec![2], words: words.to_vec() };
            Outcome::Finished(vec![Output { name: "y".into(), array }])
        };
        assert_eq!(
            compare(array([1, 2, 3, 4]), array([1, 2, 3, 5])).unwrap(),
            "interpreter and llvmpipe differ: y[1]: u64 is 17179869187 (0x0000000400000003) in interpreter, \
             and 21474836483 (0x0000000500000003) in llvmpipe; no other cell of it differs"
        );
    }

    #[test]
    fn shapes_and_traps_that_differ_are_named() {
        let shape = compare(finished(vec![0; 4]), finished(vec![0; 6])).unwrap();
        assert!(shape.contains("`y` has 2 × 2 cells of f32 in interpreter, and 2 × 3 cells"), "{shape}");
        let trap = compare(finished(vec![0; 4]), trapped(3)).unwrap();
        assert!(trap.contains("interpreter finished, and llvmpipe trapped in `k`: 5 / 0"), "{trap}");
        let finish = compare(trapped(3), finished(vec![0; 4])).unwrap();
        assert!(finish.contains("llvmpipe finished"), "{finish}");
        let group = compare(trapped(3), trapped(4)).unwrap();
        assert!(group.contains("group 3 in interpreter, and 4 in llvmpipe"), "{group}");
        let fewer = compare(finished(vec![0; 4]), Outcome::Finished(vec![])).unwrap();
        assert!(fewer.contains("2 arrays, and llvmpipe wrote 0"), "{fewer}");
    }
}
