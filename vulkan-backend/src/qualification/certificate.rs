//! What qualification found of a device, as data and as text. The text names device, driver and float class, and has a
//! line for each suite; it is made to be kept in a file and compared.

use std::fmt;

use lockstep_module::FloatClass;

use super::suites::SUITES;
use crate::{device::Device, engine::Engine};
use lockstep_engine::Fault;

/// What one suite found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What the suite is about.
    pub name: &'static str,
    /// How many words were compared, or one trap.
    pub results: u64,
    /// The first wrong result; None if all are right.
    pub wrong: Option<String>,
}

/// What qualification found of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The device.
    pub device: Device,
    /// What it does with small results; None if the device could not be asked.
    pub class: Option<FloatClass>,
    /// A finding for each suite that was run.
    pub findings: Vec<Finding>,
    /// Why the device is refused; None if it is admitted.
    pub refused: Option<String>,
}

/// Runs every suite on a device.
///
/// # Errors
/// [`Fault::DeviceGone`], and the faults of opening a device and of a run: what could not be run is not a finding.
pub fn certify(device: &Device) -> Result<Certificate, Fault> {
    let mut certificate =
        Certificate { device: device.clone(), class: None, findings: Vec::new(), refused: device.refused.clone() };
    if device.refused.is_some() {
        return Ok(certificate);
    }
    let engine = Engine::open_unproven(device)?;
    let (engine, _) = super::classed(engine)?;
    certificate.class = Some(engine.class());
    for suite in &SUITES {
        let prepared = suite.prepare()?;
        let wrong = prepared.judge(&engine, &prepared.module)?;
        if certificate.refused.is_none() {
            certificate.refused = wrong.as_ref().map(|wrong| format!("{}: {wrong}", suite.name));
        }
        certificate.findings.push(Finding { name: suite.name, results: prepared.results(), wrong });
    }
    Ok(certificate)
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, patch) = self.device.vulkan;
        let mut line = |name: &str, what: &dyn fmt::Display| writeln!(f, "{name:<16} {what}");
        line("device", &self.device.name)?;
        line("driver", &self.device.driver)?;
        line("Vulkan", &format_args!("{major}.{minor}.{patch}"))?;
        match self.class {
            Some(class) => line("float class", &class)?,
            None => line("float class", &"not measured")?,
        }
        for Finding { name, results, wrong } in &self.findings {
            match wrong {
                None => line(name, &format_args!("{results} as the language says"))?,
                Some(wrong) => line(name, &format_args!("WRONG: {wrong}"))?,
            }
        }
        match &self.refused {
            None => line("verdict", &"admitted"),
            Some(why) => line("verdict", &format_args!("refused: {why}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qualification::suites::SUITES;

    #[test]
    fn the_drivers_of_this_machine_get_their_certificates() {
        let devices = crate::devices().unwrap();
        assert!(devices.len() >= 2, "run tools/drivers/fetch");
        for device in &devices {
            let certificate = certify(device).unwrap();
            assert_eq!(certificate.refused, None, "{certificate}");
            assert_eq!(certificate.findings.len(), SUITES.len());
        }
    }
}
