//! A trap, as several lines: what was broken, where it ran, and the source with a caret under it.

use lockstep_module::{Source, TrapCause, TrapReport};

/// The report as text. `sources` are those of the module.
pub fn show(report: &TrapReport, sources: &[Source]) -> String {
    let cause = match report.cause {
        TrapCause::IndexOutOfRange => "index out of range",
        TrapCause::DivisionByZero => "division by zero",
        TrapCause::AssertionFailed => "assertion failed",
        TrapCause::LoopOverMaximum => "loop over its stated maximum",
        TrapCause::DoublyClaimed => "cell claimed twice",
    };
    let mut lines = vec![format!("trap: {cause}: {}", report.detail)];
    match report.dispatch {
        Some(dispatch) => {
            let lane: Vec<String> = report.lane.iter().map(|(name, at)| format!("{name} = {at}")).collect();
            let lane = if lane.is_empty() { String::new() } else { format!(", lane {}", lane.join(", ")) };
            let group = report.group.map(|group| format!(", group {group}")).unwrap_or_default();
            lines.push(format!("  in kernel `{}`, dispatch {dispatch}{group}{lane}", report.kernel));
        }
        None => lines.push(format!("  in an expression of the job `{}`", report.kernel)),
    }
    if let Some(source) = sources.get(report.source) {
        lines.push(format!("  at {}:{}:{}", source.name, report.line, report.column));
        lines.extend(excerpt(&source.text, report));
    }
    lines.join("\n")
}

/// The source line and the carets. None where the report does not fit the text.
fn excerpt(text: &str, report: &TrapReport) -> Option<String> {
    let line = text.lines().nth(report.line.checked_sub(1)?)?;
    let before: String = line.chars().take(report.column.checked_sub(1)?).collect();
    // A tab stays a tab, so that the caret stands under its character.
    let indent: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let covered = text.get(report.span.0..report.span.1).unwrap_or_default();
    let carets = covered.lines().next().map_or(1, |first| first.chars().count()).max(1);
    let number = report.line.to_string();
    let margin = " ".repeat(number.len());
    Some(format!("  {number} | {line}\n  {margin} | {indent}{}", "^".repeat(carets)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> TrapReport {
        TrapReport {
            kernel: "gather".into(),
            dispatch: Some(2),
            group: Some(3),
            lane: vec![("i".into(), 800)],
            cause: TrapCause::IndexOutOfRange,
            detail: "index 900 is not below the extent n = 850".into(),
            source: 0,
            span: (21, 28),
            line: 2,
            column: 9,
        }
    }

    fn sources() -> Vec<Source> {
        vec![Source { name: "a.lks".into(), text: "kernel gat…\n\ty[i] = x[p[i]];\n".into() }]
    }

    #[test]
    fn the_source_is_shown_with_a_caret() {
        let text = show(&report(), &sources());
        let wanted = "trap: index out of range: index 900 is not below the extent n = 850\n  \
                      in kernel `gather`, dispatch 2, group 3, lane i = 800\n  \
                      at a.lks:2:9\n  \
                      2 | \ty[i] = x[p[i]];\n    \
                      | \t       ^^^^^^^";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_cell_claimed_twice_blames_no_lane() {
        let claimed = TrapReport { cause: TrapCause::DoublyClaimed, group: None, lane: Vec::new(), ..report() };
        let text = show(&claimed, &sources());
        assert!(text.starts_with("trap: cell claimed twice: ") && text.contains("dispatch 2\n"), "{text}");
    }

    #[test]
    fn a_report_that_fits_no_source_is_still_shown() {
        let mut wrong = report();
        (wrong.line, wrong.column, wrong.span) = (0, 0, (5000, 4000));
        assert!(show(&wrong, &sources()).ends_with("at a.lks:0:0"));
        wrong.source = 9;
        wrong.dispatch = None;
        assert!(show(&wrong, &sources()).ends_with("in an expression of the job `gather`"));
    }
}
