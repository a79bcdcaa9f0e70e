//! Options of the form `--name value`.

/// The arguments of a program.
pub struct Options<I>(I);

impl<I: Iterator<Item = String>> Options<I> {
    pub fn of(arguments: I) -> Self {
        Self(arguments)
    }

    /// The next option and its value, or an error if it has none.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<(String, String)>, String> {
        let Some(name) = self.0.next() else {
            return Ok(None);
        };
        let value = self.0.next().ok_or(format!("{name} needs a value"))?;
        Ok(Some((name, value)))
    }
}
