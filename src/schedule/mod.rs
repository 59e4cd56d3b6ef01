//! When images are polled: four ways to say it, one cron expression as the result.
//!
//! In: [`ScheduleSpec`] as people write it. Out: a [`Schedule`] once a setting, and from it the cron expression of each
//! image. [`cron`] reads expressions, [`spread`] derives a minute from the names of site and image, so that a fleet does
//! not ask its registry all at once and the output is the same from run to run. Knows no clock and no time zone: hours are
//! those of the cluster's controllers, which is UTC almost everywhere.

pub mod cron;
pub mod rules;
mod spec;
pub mod spread;

pub use spec::{ALTERNATIVES, DailySpec, GivenSchedule, NeverSpec, ScheduleSpec};
pub use spread::{Schedule, Step, Window};
