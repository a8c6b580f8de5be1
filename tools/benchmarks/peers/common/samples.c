#include "peer.h"

#include <string.h>

const char *const peer_toolkit = "gmail", *const peer_provider = "google";
const char *const peer_platform = "nylas";
const char *const peer_scopes = "openid email https://www.googleapis.com/auth/gmail.modify";

void peer_letters(uint64_t number, uint64_t salt, unsigned char *letters, size_t count) {
    uint64_t state = number * 0x9E3779B97F4A7C15 + salt;
    for (size_t index = 0; index < count; index++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        letters[index] = 'a' + (unsigned char)((state >> 33) % 26);
    }
}

static void fill(char *text, const char *start, size_t length, uint64_t number, uint64_t salt) {
    size_t begun = strlen(start);
    memcpy(text, start, begun);
    peer_letters(number, salt, (unsigned char *)text + begun, length - begun);
    text[length] = 0;
}

void peer_sample_make(uint64_t account, uint64_t user, peer_sample *sample) {
    static const char domain[] = "@example.com";
    fill(sample->user, "user-", PEER_USER, user, 1);
    fill(sample->grant, "grant-", PEER_GRANT, account, 2);
    fill(sample->subject, "", PEER_SUBJECT, account, 3);
    fill(sample->email, "", PEER_EMAIL - (sizeof domain - 1), account, 4);
    memcpy(sample->email + PEER_EMAIL - (sizeof domain - 1), domain, sizeof domain);
    fill(sample->name, "", PEER_NAME, account, 5);
    peer_letters(account, 6, sample->digest, sizeof sample->digest);
}
