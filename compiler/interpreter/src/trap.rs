//! A trap on its way from the lane to the report.

use lockstep_compiler::source::{Sources, Span};
use lockstep_module::{TrapCause, TrapReport};

/// What a lane broke, and where.
#[derive(Clone, Debug)]
pub(crate) struct Trap {
    pub(crate) cause: TrapCause,
    pub(crate) detail: String,
    pub(crate) span: Span,
}

impl Trap {
    pub(crate) fn division(span: Span, dividend: String) -> Box<Trap> {
        let detail = format!("{dividend} is divided by zero");
        Box::new(Trap { cause: TrapCause::DivisionByZero, detail, span })
    }

    /// The report, for a lane of a dispatch or, without one, for a job's own expression.
    pub(crate) fn report(
        self,
        sources: &Sources,
        name: &str,
        place: Option<(usize, u64)>,
        lane: Vec<(String, u32)>,
    ) -> TrapReport {
        let (line, column) = sources.position(self.span);
        TrapReport {
            kernel: name.into(),
            dispatch: place.map(|(dispatch, _)| dispatch as u64),
            group: place.map_or(0, |(_, group)| group),
            lane,
            cause: self.cause,
            detail: self.detail,
            source: self.span.source as usize,
            span: (self.span.start as usize, self.span.end as usize),
            line,
            column,
        }
    }
}
