// Drives a fuzz entry without a fuzzer: every file of the corpus as it is, then a stated number of variants
// of each, from a fixed seed. So that each test run looks for crashes, and the same ones each time. With
// clang, the same entries link to libFuzzer instead (scripts/fuzz).
//
//   fuzz-pjl CORPUS_FOLDER [variants]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes vary(Bytes bytes, const std::vector<Bytes>& others, std::mt19937& random) {
  const auto below = [&random](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit)(random);
  };
  for (std::size_t change = 0, count = 1 + below(7); change < count; ++change) {
    const std::size_t at = bytes.empty() ? 0 : below(bytes.size() - 1);
    switch (below(5)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(below(255));
        break;
      case 1:
        if (!bytes.empty()) bytes[at] ^= static_cast<std::uint8_t>(1U << below(7));
        break;
      case 2:
        bytes.resize(at);
        break;
      case 3:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), below(16),
                     static_cast<std::uint8_t>(below(255)));
        break;
      case 4: {
        const Bytes& other = others[below(others.size() - 1)];
        const std::size_t from = other.empty() ? 0 : below(other.size() - 1);
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
        break;
      }
      default:
        std::reverse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
        break;
    }
    if (bytes.size() > 65536) bytes.resize(65536);
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER [variants]\n", argv[0]);
    return 2;
  }
  std::vector<Bytes> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: the corpus is empty\n", argv[1]);
    return 1;
  }
  const int variants = argc > 2 ? std::stoi(argv[2]) : 200;
  std::mt19937 random(310703);
  for (const auto& bytes : corpus) {
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    for (int i = 0; i < variants; ++i) {
      const Bytes varied = vary(bytes, corpus, random);
      LLVMFuzzerTestOneInput(varied.data(), varied.size());
    }
  }
  std::printf("%zu files, %d variants of each\n", corpus.size(), variants);
  return 0;
}
