internal import Foundation

/// The files of this package that tests read.
enum PackageFiles {
    /// The package's folder.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Where a file or folder of the package is.
    static func path(_ path: String) -> String {
        root.appending(path: path).path(percentEncoded: false)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: root.appending(path: path)))
    }

    static func lines(_ path: String) throws -> [[UInt8]] {
        try bytes(path).split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }

    /// The bytes of a fixture: hexadecimal digits, with white space anywhere.
    static func fixture(_ name: String) throws -> [UInt8] {
        let text = try bytes("Tests/LedgerFormatTests/Fixtures/\(name).hex")
        let digits = text.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
