internal import LedgerDomain
internal import Testing

@Suite("Names of records, positions and digests")
struct EventIDTests {
    @Test("an event id is a UUID of version 7 that holds the milliseconds of its time")
    func version7() {
        let time = Timestamp(microsecondsSinceEpoch: 0x0192_3456_789A * 1000 + 999)
        let id = EventID(at: time, random: Array(repeating: 0xFF, count: 16))
        #expect("\(id)" == "01923456-789a-7fff-bfff-ffffffffffff")
        let zero = EventID(at: time, random: Array(repeating: 0, count: 16))
        #expect("\(zero)" == "01923456-789a-7000-8000-000000000000")
    }

    @Test("an event id of an earlier millisecond comes first in text")
    func ordered() {
        let random = Array(repeating: UInt8(0xA5), count: 16)
        let ids = (0..<300).map { (milliseconds: Int64) in
            let time = Timestamp(microsecondsSinceEpoch: 1_767_225_600_000_000)
                .adding(microseconds: 1000 * milliseconds)
            return EventID(at: time, random: random).description
        }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 300)
    }

    @Test("an event id takes a time before 1970 and too few random bytes without a trap")
    func odd() {
        let early = EventID(at: Timestamp(microsecondsSinceEpoch: .min), random: [])
        #expect("\(early)" == "00000000-0000-7000-8000-000000000000")
        let late = EventID(at: Timestamp(microsecondsSinceEpoch: .max), random: [])
        #expect(late.bytes.count == 16)
    }

    @Test("an event id has 16 bytes, a state's digest 32")
    func lengths() {
        for count in 0...40 {
            let bytes = [UInt8](repeating: 7, count: count)
            #expect((EventID(bytes: bytes) != nil) == (count == 16))
            #expect((StateDigest(bytes: bytes) != nil) == (count == 32))
        }
    }

    @Test("an event id and a digest keep their bytes and are written in lower-case hexadecimal")
    func text() throws {
        let bytes = (0..<32).map { UInt8($0 * 8) }
        let digest = try #require(StateDigest(bytes: bytes))
        #expect(digest.bytes == bytes)
        #expect(
            "\(digest)" == "0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8")
        let id = try #require(EventID(bytes: Array(bytes.prefix(16))))
        #expect(id.bytes == Array(bytes.prefix(16)))
        #expect("\(id)" == "00081018-2028-3038-4048-505860687078")
    }

    @Test("positions are counted from 1 and ordered; a version is a position of the user's")
    func positions() {
        #expect(Position.start.number == 0)
        #expect(Position.start.next == Position(1))
        #expect(Position(3).advanced(by: 4) == Position(7))
        #expect(Position(3) < Position(4))
        #expect("\(Position(12))" == "12")
        #expect(UserVersion(Position(9)) == UserVersion(9))
        #expect(UserVersion(8) < UserVersion(9))
        #expect("\(UserVersion(9))" == "9")
    }
}
