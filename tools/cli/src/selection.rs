//! Which engines `--engine` means.

use lockstep_vulkan::Device;

use crate::failure::Failure;

/// The engines of a run: the interpreter and the CPU engine, if they are meant, and then devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<'a> {
    /// Whether the interpreter runs.
    pub interpreter: bool,
    /// Whether the CPU engine runs.
    pub cpu: bool,
    /// The devices that run, all of them admitted.
    pub devices: Vec<&'a Device>,
    /// Devices that would run if they were admitted.
    pub left_out: Vec<&'a Device>,
}

impl<'a> Selection<'a> {
    fn own(interpreter: bool, cpu: bool) -> Selection<'a> {
        Selection { interpreter, cpu, devices: Vec::new(), left_out: Vec::new() }
    }
}

/// Whether the devices of this machine must be asked for at all.
pub fn needs_devices(engine: &str) -> bool {
    !matches!(engine, "interpreter" | "cpu")
}

/// Whether the CPU engine takes the place of devices that are not there.
pub fn may_do_without_devices(engine: &str) -> bool {
    matches!(engine, "all" | "auto")
}

/// `auto`, the first admitted device, or without one the CPU engine; `cpu`; `interpreter`; `vulkan`, the first admitted
/// device; `all`, the interpreter, the CPU engine and every admitted device; or a part of a device's name, in capitals or not: every device
/// with it. Devices are given in the order of their speed.
///
/// # Errors
/// `S0001` a name that no device has, `S0002` a device that is not admitted, or none that is.
pub fn select<'a>(engine: &str, devices: &'a [Device]) -> Result<Selection<'a>, Failure> {
    let admitted = |device: &&Device| device.refused.is_none();
    let first = || {
        let before = devices.iter().take_while(|device| !admitted(device)).collect();
        (devices.iter().find(admitted), before)
    };
    match engine {
        "interpreter" => Ok(Selection::own(true, false)),
        "cpu" => Ok(Selection::own(false, true)),
        "auto" => {
            let (device, left_out) = first();
            let devices = device.into_iter().collect();
            Ok(Selection { devices, left_out, ..Selection::own(false, device.is_none()) })
        }
        "all" => {
            let (devices, left_out) = devices.iter().partition(admitted);
            Ok(Selection { devices, left_out, ..Selection::own(true, true) })
        }
        "vulkan" => match first() {
            (Some(device), left_out) => {
                Ok(Selection { devices: vec![device], left_out, ..Selection::own(false, false) })
            }
            (None, _) => Err(Failure::fault("S0002", reasons(devices))),
        },
        part => by_name(part, devices),
    }
}

fn by_name<'a>(part: &str, devices: &'a [Device]) -> Result<Selection<'a>, Failure> {
    let wanted = part.to_lowercase();
    let named = devices.iter().filter(|device| device.name.to_lowercase().contains(&wanted));
    let (admitted, left_out): (Vec<_>, Vec<_>) = named.partition(|device| device.refused.is_none());
    if !admitted.is_empty() {
        return Ok(Selection { devices: admitted, left_out, ..Selection::own(false, false) });
    }
    if !left_out.is_empty() {
        return Err(Failure::fault("S0002", reasons(left_out)));
    }
    let names: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
    let names = if names.is_empty() { "no device".to_string() } else { names.join(", ") };
    let message = format!(
        "no device has `{part}` in its name; this machine has {names}. --engine also takes `auto`, `cpu`, \
         `interpreter`, `vulkan` and `all`"
    );
    Err(Failure::refused("S0001", message))
}

/// Why these devices are not admitted.
pub fn reasons<'a>(devices: impl IntoIterator<Item = &'a Device>) -> String {
    let reason =
        |device: &Device| device.refused.as_ref().map(|reason| format!("{} is not admitted: {reason}", device.name));
    let reasons: Vec<String> = devices.into_iter().filter_map(reason).collect();
    if reasons.is_empty() { "this machine has no device".into() } else { reasons.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> Vec<Device> {
        let device = |name: &str, refused: Option<&str>| Device {
            id: name.into(),
            name: name.into(),
            driver: "a driver".into(),
            vulkan: (1, 3, 0),
            refused: refused.map(String::from),
        };
        vec![device("Old GPU", Some("it lacks a queue")), device("llvmpipe (LLVM)", None), device("New GPU", None)]
    }

    /// Whether interpreter and CPU engine run, the devices that run, and those that are left out.
    type Names = ([bool; 2], [Vec<String>; 2]);

    fn names(engine: &str) -> Result<Names, String> {
        let devices = devices();
        let selection = select(engine, &devices).map_err(|failure| failure.text)?;
        let names = |devices: Vec<&Device>| devices.into_iter().map(|device| device.name.clone()).collect();
        Ok(([selection.interpreter, selection.cpu], [selection.devices, selection.left_out].map(names)))
    }

    #[test]
    fn words_and_parts_of_names_select() {
        let list = |own, names: &[&str], left_out: &[&str]| {
            Ok((own, [names, left_out].map(|names| names.iter().map(|name| name.to_string()).collect())))
        };
        assert_eq!(names("interpreter"), list([true, false], &[], &[]));
        assert_eq!(names("cpu"), list([false, true], &[], &[]));
        assert_eq!(names("vulkan"), list([false, false], &["llvmpipe (LLVM)"], &["Old GPU"]));
        assert_eq!(names("auto"), list([false, false], &["llvmpipe (LLVM)"], &["Old GPU"]));
        assert_eq!(names("all"), list([true, true], &["llvmpipe (LLVM)", "New GPU"], &["Old GPU"]));
        assert_eq!(names("LLVMpipe"), list([false, false], &["llvmpipe (LLVM)"], &[]));
        assert_eq!(names("gpu"), list([false, false], &["New GPU"], &["Old GPU"]));
        let devices = devices();
        let alone = select("auto", &devices[..1]).unwrap();
        assert!(alone.cpu && alone.devices.is_empty(), "a device that is not admitted takes no place");
        assert_eq!(alone.left_out, [&devices[0]]);
        assert!(select("auto", &devices[1..]).unwrap().left_out.is_empty());
    }

    #[test]
    fn what_selects_nothing_says_why() {
        assert_eq!(names("old").unwrap_err(), "fault[S0002]: Old GPU is not admitted: it lacks a queue");
        assert!(names("h200").unwrap_err().contains("this machine has Old GPU, llvmpipe (LLVM), New GPU"));
        let none = select("vulkan", &[]).unwrap_err().text;
        assert_eq!(none, "fault[S0002]: this machine has no device");
    }
}
