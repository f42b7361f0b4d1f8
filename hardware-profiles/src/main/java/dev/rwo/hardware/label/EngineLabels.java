package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;
import java.util.SortedMap;

/**
 * The ancestor's mirror: what Intel's RetailWorkloadOrchestrator (dho/dho-init.sh) wrote into daemon.json, so that
 * stacks written for it keep working. Pure.
 *
 * @param labels for {@code "labels"}, each to be written as {@code key=value}; sorted by key, values sanitised
 * @param genericResources for {@code "node-generic-resources"}: {@code VIDEO=default} when a display controller has a
 *     driver, else empty
 * @param unknown keys that are missing because a fact is unknown; when it covers {@code graphics.}, the generic resource
 *     is unknown as well
 */
public record EngineLabels(SortedMap<String, String> labels, List<String> genericResources, UnknownLabels unknown) {
    private static final String GRAPHICS = "graphics.";

    /** The labels that the profile's facts allow; junk strings and unknown facts make none. */
    public static EngineLabels of(HardwareProfile profile) {
        LabelSheet sheet = new LabelSheet();
        HardwareProfile.Virtualization virtualization = profile.virtualization();
        sheet.value(
                "system_type",
                virtualization.guestOf().map(guest -> guest.equals("none") ? "bare-metal" : "hypervisor"));
        sheet.value("vt_enabled", virtualization.hardwareAssist());
        HardwareProfile.Firmware firmware = profile.firmware();
        sheet.text("manufacturer", firmware.manufacturer());
        sheet.text("product_name", firmware.product());
        sheet.text("serial_number", firmware.serial());
        sheet.text("sku_number", firmware.sku());
        sheet.text("family", firmware.family());
        List<String> drivers = drivers(profile.gpus(), sheet);
        return new EngineLabels(
                sheet.labels(), drivers.isEmpty() ? List.of() : List.of("VIDEO=default"), sheet.unknown());
    }

    private static List<String> drivers(Fact<List<HardwareProfile.Gpu>> gpus, LabelSheet sheet) {
        List<HardwareProfile.Gpu> known = gpus.orElse(List.of());
        if (!gpus.isKnown() || known.stream().anyMatch(gpu -> !gpu.driver().isKnown())) {
            sheet.unknownBelow(GRAPHICS);
        }
        List<String> drivers = known.stream()
                .flatMap(gpu -> LabelSanitizer.sanitize(gpu.driver().orElse("")).stream())
                .toList();
        drivers.forEach(driver -> sheet.mark(GRAPHICS + driver, true));
        return drivers;
    }
}
