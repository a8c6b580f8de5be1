/// What the program tells whoever started it.
package enum ExitStatus: Int32, Sendable {
    /// Done; nothing was found that is looked for.
    case fine = 0
    /// It ran and found what it looks for: a refusal, a difference, a rejected row.
    case found = 1
    /// It was called wrongly, or something around it does not work.
    case unusable = 2
    /// The integrity of the log is broken.
    case broken = 3
    /// It stopped early and can be resumed.
    case stopped = 4
}
