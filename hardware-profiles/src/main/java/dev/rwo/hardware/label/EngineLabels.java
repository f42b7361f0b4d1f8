package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The ancestor's mirror: what Intel's RetailWorkloadOrchestrator (dho/dho-init.sh) wrote into daemon.json, so that
 * stacks written for it keep working. Pure.
 *
 * @param labels for {@code "labels"}, each to be written as {@code key=value}; sorted by key, values sanitised
 * @param genericResources for {@code "node-generic-resources"}: {@code VIDEO=default} when a display controller has a
 *     driver, else empty
 */
public record EngineLabels(SortedMap<String, String> labels, List<String> genericResources) {

    /** The labels that the profile's facts allow; junk strings and unknown facts make none. */
    public static EngineLabels of(HardwareProfile profile) {
        SortedMap<String, String> labels = new TreeMap<>();
        profile.virtualization()
                .guestOf()
                .ifKnown(guest -> labels.put("system_type", guest.equals("none") ? "bare-metal" : "hypervisor"));
        profile.virtualization().hardwareAssist().ifKnown(offered -> labels.put("vt_enabled", offered.toString()));
        HardwareProfile.Firmware firmware = profile.firmware();
        string(labels, "manufacturer", firmware.manufacturer());
        string(labels, "product_name", firmware.product());
        string(labels, "serial_number", firmware.serial());
        string(labels, "sku_number", firmware.sku());
        string(labels, "family", firmware.family());
        List<String> drivers = profile.gpus().orElse(List.of()).stream()
                .flatMap(gpu -> LabelSanitizer.sanitize(gpu.driver().orElse("")).stream())
                .toList();
        drivers.forEach(driver -> labels.put("graphics." + driver, "true"));
        return new EngineLabels(
                Collections.unmodifiableSortedMap(labels), drivers.isEmpty() ? List.of() : List.of("VIDEO=default"));
    }

    private static void string(SortedMap<String, String> labels, String key, Fact<String> fact) {
        fact.ifKnown(raw -> LabelSanitizer.sanitize(raw).ifPresent(value -> labels.put(key, value)));
    }
}
