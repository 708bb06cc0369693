//! Coordinates that share one index, each times a number: `16 * r + c`. They are told apart like the digits of a
//! number, if each factor is more than all that the smaller ones can add up to.

/// A coordinate in an index: times what, and how many values it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digit {
    pub(super) factor: i64,
    pub(super) count: u64,
}

impl Digit {
    /// How far apart the greatest and least multiples are.
    pub(super) fn reach(&self) -> u64 {
        self.factor.unsigned_abs().saturating_mul(self.count.saturating_sub(1))
    }
}

/// How far apart the greatest and least sums are.
pub(super) fn reach(digits: &[Digit]) -> u64 {
    digits.iter().fold(0, |sum, digit| sum.saturating_add(digit.reach()))
}

/// Whether no two different choices of values have one sum. The least factor stands first.
pub(super) fn are_apart(digits: &[Digit]) -> bool {
    (0..digits.len()).all(|k| digits[k].factor.unsigned_abs() > reach(&digits[..k]))
}

/// All differences between two choices of values whose sums are `apart`; the digits are apart, their reach and
/// `apart` below 2^32.
pub(super) fn differences(digits: &[Digit], apart: i64) -> Vec<Vec<i64>> {
    let Some((last, rest)) = digits.split_last() else {
        return if apart == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let mut found = Vec::new();
    // What the rest adds is less than one step, so at most the two nearest differences are possible.
    let nearest = apart.div_euclid(last.factor);
    for difference in [nearest - 1, nearest, nearest + 1] {
        let left = apart - difference * last.factor;
        if difference.unsigned_abs() < last.count && left.unsigned_abs() <= reach(rest) {
            found.extend(differences(rest, left).into_iter().map(|mut before| {
                before.push(difference);
                before
            }));
        }
    }
    found
}

/// The most differences of one digit that are tried.
const TRIED: u64 = 64;

/// Two choices of values with one sum, as their difference, if one is found.
pub(super) fn collision(digits: &[Digit]) -> Option<Vec<i64>> {
    let k = (0..digits.len()).find(|k| !are_apart(&digits[..=*k]))?;
    let (digit, rest) = (digits[k], &digits[..k]);
    let tried = (1..digit.count.min(TRIED + 1)).map(|difference| difference as i64);
    tried.take_while(|difference| (difference * digit.factor).unsigned_abs() <= reach(rest)).find_map(|difference| {
        let mut found = differences(rest, -difference * digit.factor).into_iter().next()?;
        found.push(difference);
        found.resize(digits.len(), 0);
        Some(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All choices of two values for each digit, by force.
    fn by_force(digits: &[Digit], apart: i64) -> Vec<Vec<i64>> {
        let mut all = vec![Vec::new()];
        for digit in digits {
            let most = digit.count as i64 - 1;
            all = all
                .iter()
                .flat_map(|before: &Vec<i64>| (-most..=most).map(move |d| before.iter().copied().chain([d]).collect()))
                .collect();
        }
        all.retain(|ds| ds.iter().zip(digits).map(|(d, digit)| d * digit.factor).sum::<i64>() == apart);
        all.sort();
        all
    }

    #[test]
    fn digits_are_judged_as_by_force() {
        let (mut apart_ones, mut together) = (0, 0);
        for factors in [[1, 4, 12], [1, 3, 12], [-1, 4, 12], [1, -5, 20], [2, 3, 7], [1, 1, 9], [1, 4, 11], [3, 8, -24]]
        {
            for counts in [[4, 3, 2], [3, 3, 3], [1, 4, 2], [4, 1, 3]] {
                let digits: Vec<Digit> =
                    factors.into_iter().zip(counts).map(|(factor, count)| Digit { factor, count }).collect();
                let same = by_force(&digits, 0);
                if are_apart(&digits) {
                    apart_ones += 1;
                    assert_eq!(same, [vec![0, 0, 0]], "{digits:?}");
                    for apart in -40..40 {
                        let mut found = differences(&digits, apart);
                        found.sort();
                        assert_eq!(found, by_force(&digits, apart), "{digits:?} {apart}");
                    }
                } else if let Some(found) = collision(&digits) {
                    together += 1;
                    assert!(found.iter().any(|d| *d != 0) && same.contains(&found), "{digits:?} {found:?}");
                }
            }
        }
        assert!(apart_ones > 5 && together > 5, "{apart_ones} {together}");
    }
}
