package dev.rwo.hardware.cpu;

import dev.rwo.hardware.yaml.LinearPattern;
import dev.rwo.hardware.yaml.RuleFile;
import dev.rwo.hardware.yaml.RuleFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says what a processor is, by rules that are data: the first rule whose every condition holds decides the class, the
 * micro-architecture table then limits the rank by age and supplies a generation. Pure and thread-safe.
 */
public final class CpuClassifier {
    private static final String STANDARD_RULES = "/dev/rwo/hardware/cpu/cpu-rules.yaml";

    private final Map<String, String> vendors;
    private final List<Rule> rules;
    private final List<MicroArchitecture> microArchitectures;

    /** Conditions shared by rules and micro-architectures; an absent one always holds. */
    record Condition(
            Set<String> vendors,
            Optional<LinearPattern> brand,
            Set<Integer> families,
            Set<Integer> models,
            Set<String> flags) {

        boolean holds(String vendor, CpuIdentity cpu) {
            return (vendors.isEmpty() || vendors.contains(vendor))
                    && (families.isEmpty() || families.contains(cpu.family()))
                    && (models.isEmpty() || models.contains(cpu.model()))
                    && cpu.flags().containsAll(flags);
        }
    }

    /** One rule. */
    record Rule(String id, Condition when, CpuClass cpuClass, int rank, String generation) {}

    /** One generation of cores. */
    record MicroArchitecture(String name, Condition when, int maxRank) {}

    CpuClassifier(Map<String, String> vendors, List<Rule> rules, List<MicroArchitecture> microArchitectures) {
        this.vendors = vendors;
        this.rules = rules;
        this.microArchitectures = microArchitectures;
    }

    /** The classifier with the rules that come with RWO; read from the resource once, when first asked for. */
    public static CpuClassifier standard() {
        return Standard.INSTANCE;
    }

    private static final class Standard {
        static final CpuClassifier INSTANCE = load();

        private static CpuClassifier load() {
            try (InputStream rules = CpuClassifier.class.getResourceAsStream(STANDARD_RULES)) {
                if (rules == null) {
                    throw new IllegalStateException("resource " + STANDARD_RULES + " is missing from this build");
                }
                return CpuRules.trusted().read(RuleFile.read(rules, STANDARD_RULES));
            } catch (IOException e) {
                throw new IllegalStateException("resource " + STANDARD_RULES + " cannot be read", e);
            }
        }
    }

    /**
     * Reads rules.
     *
     * @param yaml rules in the form of {@code cpu-rules.yaml}
     * @param name what to call them in an error message
     * @throws RuleFormatException when the rules are not well-formed: says where and what is expected
     * @throws IOException when reading fails
     */
    public static CpuClassifier read(InputStream yaml, String name) throws IOException {
        return CpuRules.strict().read(RuleFile.read(yaml, name));
    }

    /** Classifies a processor. Always answers: what nothing else recognises is {@link CpuClass#OTHER}. */
    public CpuClassification classify(CpuIdentity cpu) {
        String vendor = vendorOf(cpu);
        String brand = cpu.plainBrand();
        Optional<MicroArchitecture> micro = microArchitectures.stream()
                .filter(candidate -> candidate.when().holds(vendor, cpu))
                .findFirst();
        for (Rule rule : rules) {
            if (!rule.when().holds(vendor, cpu)) {
                continue;
            }
            String generation = rule.generation();
            if (rule.when().brand().isPresent()) {
                Optional<LinearPattern.Found> found = rule.when().brand().get().first(brand);
                if (found.isEmpty()) {
                    continue;
                }
                generation = found.get().group("gen").orElse(generation);
            }
            return classification(rule, vendor, generation, micro);
        }
        return new CpuClassification(CpuClass.OTHER, 1, vendor, "", "none");
    }

    private static CpuClassification classification(
            Rule rule, String vendor, String generation, Optional<MicroArchitecture> micro) {
        if (rule.cpuClass() == CpuClass.VIRTUAL) {
            // A hypervisor's made-up processor has a made-up family and model, too.
            return new CpuClassification(rule.cpuClass(), rule.rank(), vendor, generation, rule.id());
        }
        int maxRank = micro.map(MicroArchitecture::maxRank).orElse(6);
        String byMicro = micro.map(MicroArchitecture::name).orElse("");
        return new CpuClassification(
                rule.cpuClass(),
                Math.min(rule.rank(), maxRank),
                vendor,
                generation.isEmpty() ? byMicro : generation,
                rule.id());
    }

    private String vendorOf(CpuIdentity cpu) {
        return vendors.getOrDefault(cpu.vendor().strip().toLowerCase(Locale.ROOT), "other");
    }
}
