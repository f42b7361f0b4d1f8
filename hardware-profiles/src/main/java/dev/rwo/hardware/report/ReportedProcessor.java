package dev.rwo.hardware.report;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.cpu.CpuIdentity;
import java.util.List;

/**
 * What a report says of a machine's processor.
 *
 * @param identity what to classify by
 * @param hints other names of it, tried in turn where the brand says nothing: SMBIOS's family, lscpu's BIOS name
 * @param sockets populated packages
 * @param cores physical cores of all packages
 * @param threads logical processors of all packages
 */
record ReportedProcessor(
        CpuIdentity identity, List<String> hints, Fact<Integer> sockets, Fact<Integer> cores, Fact<Integer> threads) {}
