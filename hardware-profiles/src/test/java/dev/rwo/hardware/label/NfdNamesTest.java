package dev.rwo.hardware.label;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NfdNamesTest {
    @ParameterizedTest
    @CsvSource({
        "feature.cpu-cpuid.AVX2, feature.node.kubernetes.io/cpu-cpuid.AVX2",
        "feature.pci-0300_8086.present, feature.node.kubernetes.io/pci-0300_8086.present",
        "feature.system-os_release.VERSION_ID.major, feature.node.kubernetes.io/system-os_release.VERSION_ID.major"
    })
    void keysGoToNodeFeatureDiscoveryAndBack(String ours, String theirs) {
        assertThat(NfdNames.toNfd(ours)).contains(theirs);
        assertThat(NfdNames.toOurs(theirs)).contains(ours);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "edge.cpu.rank", "feature.", "feature.node.kubernetes.io/", "kubernetes.io/arch"})
    void keysOfOthersAreNotTranslated(String key) {
        assertThat(NfdNames.toOurs(key)).isEmpty();
        if (!key.startsWith("feature.node")) {
            assertThat(NfdNames.toNfd(key)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aes, AESNI", "sse4_1, SSE4", "sse4_2, SSE42", "pni, SSE3", "fma, FMA3", "avx512f, AVX512F",
        "avx512_vnni, AVX512VNNI", "amx_tile, AMXTILE", "abm, LZCNT", "vmx, VMX", "sev_snp, SEV_SNP", "sha_ni, SHA"
    })
    void flagsGoToNodeFeatureDiscoveryAndBack(String kernel, String theirs) {
        assertThat(NfdNames.flag(kernel)).contains(theirs);
        assertThat(NfdNames.kernelFlag(theirs)).contains(kernel);
    }

    @Test
    void everyPublishedFlagHasANameOfItsOwn() {
        assertThat(NfdNames.publishedFlags().values()).doesNotHaveDuplicates();
        NfdNames.publishedFlags()
                .forEach((kernel, theirs) ->
                        assertThat(NfdNames.kernelFlag(theirs)).contains(kernel));
    }

    @Test
    void flagsThatNodeFeatureDiscoveryHidesMakeNoLabel() {
        assertThat(NfdNames.isPublished("SSE42")).isFalse();
        assertThat(NfdNames.isPublished("AVX2")).isTrue();
        assertThat(NfdNames.flag("constant_tsc")).isEmpty();
    }
}
