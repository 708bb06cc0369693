//! An outcome as text: exact words in hexadecimal, and beside them the values as people write them.

use lockstep_module::{Array, Outcome, TrapReport};

use crate::checked::Checked;

/// The most cells of a line.
const PER_LINE: usize = 8;

/// The text of how a call ended and of what it cost. Equal lines that follow each other are written once, with how many
/// there are.
pub fn show(checked: &Checked) -> String {
    let Checked { outcome, cost, bound } = checked;
    let mut text = match outcome {
        Outcome::Finished(outputs) => {
            let mut text = String::from("finished\n");
            for output in outputs {
                let sizes: Vec<String> = output.array.dimensions.iter().map(u32::to_string).collect();
                text.push_str(&format!("{}: [{}; {}]\n", output.name, output.array.element, sizes.join(", ")));
                text.push_str(&cells(&output.array));
            }
            text
        }
        Outcome::Trapped(report) => trap(report),
    };
    text.push_str(&format!("hash {}\n", lockstep_cli::hash::outcome(outcome)));
    if let Outcome::Finished(_) = outcome {
        text.push_str(&format!("cost {cost}\n"));
    }
    if let Some(bound) = bound {
        text.push_str(&format!("bound {bound}\n"));
    }
    text
}

fn cells(array: &Array) -> String {
    let row = array.dimensions.last().map_or(1, |size| (*size).max(1) as usize);
    let digits = 8 * array.element.words();
    let all: Vec<u64> = array.cells().collect();
    let mut lines: Vec<(String, usize)> = Vec::new();
    for row in all.chunks(row) {
        for cells in row.chunks(PER_LINE) {
            let bits: Vec<String> = cells.iter().map(|bits| format!("{bits:0digits$x}")).collect();
            let values: Vec<String> = cells.iter().map(|bits| array.element.show(*bits)).collect();
            let line = format!("{}  ; {}", bits.join(" "), values.join(" "));
            match lines.last_mut() {
                Some((last, times)) if *last == line => *times += 1,
                _ => lines.push((line, 1)),
            }
        }
    }
    let shown = lines.into_iter().map(|(line, times)| match times {
        1 => format!("  {line}\n"),
        _ => format!("  {line}  × {times}\n"),
    });
    shown.collect()
}

fn trap(report: &TrapReport) -> String {
    let TrapReport { kernel, dispatch, group, lane, cause, detail, source, span, line, column } = report;
    let lane: Vec<String> = lane.iter().map(|(name, at)| format!("{name} = {at}")).collect();
    let number = |number: &Option<u64>| number.map_or("none".into(), |number| number.to_string());
    let (dispatch, group) = (number(dispatch), number(group));
    let (from, to) = span;
    format!(
        "trapped\nkernel {kernel}\ndispatch {dispatch}\ngroup {group}\nlane {}\ncause {cause:?}\n\
         place {line}:{column} of source {source}, bytes {from} to {to}\ndetail {detail}\n",
        lane.join(", ")
    )
}
