//! Faults: failures of this machine, its driver or its device. They are never part of a program's result (law 8).

use std::fmt;

/// Why a device could not run something. A fault says nothing about the program: another device, or another try, may
/// well succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `F0001`: the Vulkan loader could not be opened.
    NoLoader {
        /// What the system said.
        detail: String,
    },
    /// `F0002`: the loader shows no device at all.
    NoDevice,
    /// `F0003`: the device lacks something, or failed the probe that it runs first.
    NotAdmitted {
        /// The device's name.
        device: String,
        /// What it lacks.
        reason: String,
    },
    /// `F0004`: a device listed earlier is no longer there.
    DeviceGone {
        /// The device's name.
        device: String,
    },
    /// `F0005`: memory ran out, on the device or on the host.
    OutOfMemory {
        /// What it was for.
        what: String,
        /// How many bytes were asked for, where that is known.
        bytes: Option<u64>,
    },
    /// `F0006`: the device stopped answering and must be opened again.
    DeviceLost,
    /// `F0007`: the device did not finish in time.
    Timeout {
        /// The time given, in milliseconds.
        milliseconds: u128,
    },
    /// `F0008`: the driver would not compile a kernel.
    KernelRefused {
        /// The kernel's name.
        kernel: String,
        /// What the driver said.
        detail: String,
    },
    /// `F0009`: a kernel's SPIR-V is not a sequence of whole instructions with one entry point.
    MalformedSpirv {
        /// The kernel's name.
        kernel: String,
        /// Where it breaks off.
        detail: String,
    },
    /// `F0010`: the plan was not made for the module that is loaded.
    PlanMismatch {
        /// What does not fit.
        detail: String,
    },
    /// `F0011`: a Vulkan call failed in a way that nothing above names.
    Driver {
        /// The call.
        call: &'static str,
        /// What the driver answered.
        detail: String,
    },
    /// `F0012`: the device contradicted itself between two runs of the same dispatches.
    Unstable {
        /// What differed.
        detail: String,
    },
    /// `F0013`: the engine ended after an earlier fault.
    Stopped,
    /// `F0014`: the module was loaded on another engine.
    NotLoadedHere,
    /// `F0015`: the Khronos validation layer, asked for by `LOCKSTEP_VALIDATE=1`, is absent or complained.
    Validation {
        /// Its messages.
        messages: Vec<String>,
    },
    /// `F0016`: the device computes rightly, but cannot hold what the module asks for.
    ModuleRefused {
        /// The device's name.
        device: String,
        /// What the module asks for, and what the device has.
        reason: String,
    },
}

impl Fault {
    /// The stable code, `F0001` and up.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::NoLoader { .. } => "F0001",
            Fault::NoDevice => "F0002",
            Fault::NotAdmitted { .. } => "F0003",
            Fault::DeviceGone { .. } => "F0004",
            Fault::OutOfMemory { .. } => "F0005",
            Fault::DeviceLost => "F0006",
            Fault::Timeout { .. } => "F0007",
            Fault::KernelRefused { .. } => "F0008",
            Fault::MalformedSpirv { .. } => "F0009",
            Fault::PlanMismatch { .. } => "F0010",
            Fault::Driver { .. } => "F0011",
            Fault::Unstable { .. } => "F0012",
            Fault::Stopped => "F0013",
            Fault::NotLoadedHere => "F0014",
            Fault::Validation { .. } => "F0015",
            Fault::ModuleRefused { .. } => "F0016",
        }
    }
}

/// Where to get a driver: the same advice for a machine without a loader and for one without a device.
const DRIVERS: &str = "NVIDIA's own for an NVIDIA GPU or, to compute on the CPU, Debian's `mesa-vulkan-drivers` from \
                       bookworm-backports (version 25)";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::NoLoader { detail } => write!(
                f,
                "this machine has no Vulkan loader ({detail}): install Debian's `libvulkan1`, and a driver: {DRIVERS}"
            ),
            Fault::NoDevice => write!(
                f,
                "the Vulkan loader shows no device: install a driver: {DRIVERS}. If a driver is installed elsewhere, set \
                 VK_DRIVER_FILES to its JSON file"
            ),
            Fault::NotAdmitted { device, reason } => write!(f, "{device} is not admitted: {reason}"),
            Fault::DeviceGone { device } => {
                write!(f, "{device} was listed, but is no longer there. List the devices again")
            }
            Fault::OutOfMemory { what, bytes: Some(bytes) } => {
                write!(f, "out of memory: {what} needs {bytes} bytes, and the device has no room for them now")
            }
            Fault::OutOfMemory { what, bytes: None } => write!(f, "out of memory: {what}"),
            Fault::DeviceLost => write!(f, "the device stopped answering. Open it again, or use another"),
            Fault::Timeout { milliseconds } => write!(
                f,
                "the device did not finish within {milliseconds} ms. Its work cannot be called back, so this engine \
                 is closed; open another, with a longer timeout if the work is that long"
            ),
            Fault::KernelRefused { kernel, detail } => {
                write!(f, "the driver would not compile the kernel `{kernel}`: {detail}")
            }
            Fault::MalformedSpirv { kernel, detail } => write!(
                f,
                "the SPIR-V of the kernel `{kernel}` is damaged: {detail}. Build the module again from its source"
            ),
            Fault::PlanMismatch { detail } => {
                write!(f, "the plan does not fit the loaded module: {detail}. Plan the call with the module it runs on")
            }
            Fault::Driver { call, detail } => write!(f, "the Vulkan driver failed in {call}: {detail}"),
            Fault::Unstable { detail } => write!(
                f,
                "the device gave two different results for the same work, so neither is used: {detail}. \
                 Do not trust this device or its driver"
            ),
            Fault::Stopped => write!(f, "this engine was closed by an earlier fault. Open the device again"),
            Fault::NotLoadedHere => write!(f, "the module was loaded on another engine. Load it on this one"),
            Fault::Validation { messages } => write!(f, "Vulkan validation: {}", messages.join("; ")),
            Fault::ModuleRefused { device, reason } => {
                write!(f, "{device} cannot hold this module: {reason}. Use another device")
            }
        }
    }
}

impl std::error::Error for Fault {}
