//! How a call ended, compared with what the page says.

use lockstep_module::{Outcome, Output, TrapReport};

use crate::scenario::Expected;

/// How the outcome differs from what was expected; None if it does not.
pub fn difference(expected: &Expected, outcome: &Result<Outcome, String>) -> Option<String> {
    match (expected, outcome) {
        (Expected::Refused(wanted), Err(code)) if wanted == code => None,
        (Expected::Finishes, Ok(Outcome::Finished(_))) => None,
        (Expected::Outputs(wanted), Ok(Outcome::Finished(found))) => {
            (wanted != found).then(|| format!("the outputs are {}", shown(found)))
        }
        (Expected::Trap(cause, parts), Ok(Outcome::Trapped(report))) => {
            let found = facts(report);
            let is = |name: &str, value: &str| found.iter().any(|(n, v)| n == name && v == value);
            let all = is("cause", cause) && parts.iter().all(|(name, value)| is(name, value));
            (!all).then(|| format!("the trap is {found:?}"))
        }
        (_, Ok(Outcome::Finished(found))) => Some(format!("the outputs are {}", shown(found))),
        (_, Ok(Outcome::Trapped(report))) => Some(format!("it trapped: {:?}", facts(report))),
        (_, Err(code)) => Some(format!("it was refused with {code}")),
    }
}

/// The parts of a report by name. The lane's coordinates have their own names.
fn facts(report: &TrapReport) -> Vec<(String, String)> {
    let mut facts = vec![
        ("cause".to_string(), format!("{:?}", report.cause)),
        ("kernel".into(), report.kernel.clone()),
        ("dispatch".into(), report.dispatch.map_or("none".into(), |dispatch| dispatch.to_string())),
        ("group".into(), report.group.map_or("none".into(), |group| group.to_string())),
        ("detail".into(), report.detail.clone()),
        ("line".into(), report.line.to_string()),
        ("column".into(), report.column.to_string()),
    ];
    if report.lane.is_empty() {
        facts.push(("lane".into(), "none".into()));
    }
    facts.extend(report.lane.iter().map(|(name, at)| (name.clone(), at.to_string())));
    facts
}

fn shown(outputs: &[Output]) -> String {
    let shown = outputs.iter().map(|Output { name, array }| {
        let cells: Vec<String> =
            array.cells().map(|bits| format!("{} ({bits:#x})", array.element.show(bits))).collect();
        format!("{name} -> [{}; {:?}] {}", array.element, array.dimensions, cells.join(" "))
    });
    shown.collect::<Vec<_>>().join("; ")
}
