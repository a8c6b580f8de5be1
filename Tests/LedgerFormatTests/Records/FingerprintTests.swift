internal import LedgerDomain
internal import LedgerFormat
internal import Testing

@Suite("Digests")
struct FingerprintTests {
    @Test("SHA-256 is SHA-256")
    func knownAnswer() {
        #expect(
            sha256(Array("abc".utf8)).lowercaseHexadecimal
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let digest = StateDigest(of: StateToken("abc"))
        #expect(digest.bytes == sha256(Array("abc".utf8)))
    }

    @Test("A field's digest is SHA-256 over its number and its content")
    func fieldDigest() {
        let action = Command.Action.select(
            SelectAccount(user: "1001", toolkit: "gmail", credential: nil))
        let digests = CommandFingerprint(of: action).digests
        #expect(Set(digests.keys) == [.command, .user, .toolkit])
        #expect(
            digests[.user] == UInt64(bigEndianBytes: sha256([2] + Array("1001".utf8)).prefix(8)))
        #expect(
            digests[.command]
                == UInt64(bigEndianBytes: sha256([1] + Array("select".utf8)).prefix(8)))
    }

    @Test("The digests of personal fields are kept among the personal fields")
    func personalDigests() throws {
        var record = try #require(Samples.records().last)
        let number: UInt64 = 0x0123_4567_89AB_CDEF
        for field in CommandField.allCases {
            record.fingerprint = CommandFingerprint([field: number])
            let bytes = try RecordCodec.encode(record)
            // Field 15 of the record, and in it field 4: thirteen bytes ending in the digest.
            let personal = [0x7A, 11, 0x22, 9, field.rawValue] + number.bigEndianBytes
            #expect(
                bytes.lowercaseHexadecimal.contains(personal.lowercaseHexadecimal)
                    == field.isPersonal)
            #expect(try RecordCodec.decode(bytes).fingerprint == record.fingerprint)
        }
    }

    @Test("Numbers as eight bytes are in the order of the numbers")
    func bigEndian() {
        let numbers: [UInt64] = [0, 1, 255, 256, 1 << 32, .max]
        let keys = numbers.map(\.bigEndianBytes)
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        #expect(keys.map { UInt64(bigEndianBytes: $0) } == numbers)
        #expect(UInt64(bigEndianBytes: [1, 2]) == nil)
    }
}
