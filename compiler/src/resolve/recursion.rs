//! No function calls itself, directly or through others (law 4: everything ends).

use super::Resolved;
use crate::{diagnostic::Diagnostic, errors::e0204_recursion};

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// One error for each call that closes a circle. The walk keeps its own stack, so that long chains are harmless.
pub(super) fn check(resolved: &Resolved<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut states = vec![State::New; resolved.functions.len()];
    for start in 0..resolved.functions.len() {
        if states[start] == State::New {
            walk(resolved, start, &mut states, diagnostics);
        }
    }
}

fn walk(resolved: &Resolved<'_>, start: usize, states: &mut [State], diagnostics: &mut Vec<Diagnostic>) {
    states[start] = State::Open;
    let mut path: Vec<(usize, usize)> = vec![(start, 0)];
    while let Some((function, next)) = path.last_mut() {
        let Some((callee, span)) = resolved.functions[*function].body.calls.get(*next).copied() else {
            states[*function] = State::Done;
            path.pop();
            continue;
        };
        *next += 1;
        let callee = callee as usize;
        match states[callee] {
            State::New => {
                states[callee] = State::Open;
                path.push((callee, 0));
            }
            State::Open => {
                let from = path.iter().position(|(function, _)| *function == callee).unwrap_or(0);
                let circle = path[from..].iter().map(|(function, _)| *function).chain([callee]);
                let names: Vec<&str> = circle.map(|f| resolved.functions[f].item.name.text.as_str()).collect();
                diagnostics.push(e0204_recursion::error(span, &names));
            }
            State::Done => {}
        }
    }
}
