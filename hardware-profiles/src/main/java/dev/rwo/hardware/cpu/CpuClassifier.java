package dev.rwo.hardware.cpu;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.yaml.LinearPattern;
import dev.rwo.hardware.yaml.RuleFile;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
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
    static final String STANDARD_RULES = "/dev/rwo/hardware/cpu/cpu-rules.yaml";

    private static final int HIGHEST_RANK = 6;

    private final Tables tables;

    /**
     * All that decides, in order.
     *
     * @param vendors vendor strings of CPUID in lower case, and what we call the vendor
     * @param vendorWords what tells the vendor from SMBIOS's strings or from the brand
     * @param siteRules an operator's rules; tried first, and their rank is not limited by age
     */
    record Tables(
            Map<String, String> vendors,
            List<VendorWord> vendorWords,
            List<MicroArchitecture> microArchitectures,
            List<HybridRule> hybrids,
            List<Rule> siteRules,
            List<Rule> rules) {}

    /** A processor with its normalised vendor and brand. */
    record Subject(String vendor, String brand, CpuIdentity cpu) {}

    /** Words that only one vendor uses. */
    record VendorWord(String vendor, LinearPattern words) {}

    /** Conditions of rules and tables; an absent one always holds. */
    record Condition(
            Set<String> vendors,
            Optional<LinearPattern> brand,
            Set<Integer> families,
            Set<Integer> models,
            Set<Integer> steppings,
            Set<String> flags) {

        boolean holds(Subject subject) {
            CpuIdentity cpu = subject.cpu();
            return (vendors.isEmpty() || vendors.contains(subject.vendor()))
                    && (families.isEmpty() || families.contains(cpu.family()))
                    && (models.isEmpty() || models.contains(cpu.model()))
                    && (steppings.isEmpty() || steppings.contains(cpu.stepping()))
                    && cpu.flags().containsAll(flags)
                    && (brand.isEmpty() || brand.get().find(subject.brand()));
        }

        /** Whether it holds wherever the other does, as far as comparing tells. */
        boolean covers(Condition other) {
            return coversSet(vendors, other.vendors)
                    && coversSet(families, other.families)
                    && coversSet(models, other.models)
                    && coversSet(steppings, other.steppings)
                    && other.flags.containsAll(flags)
                    && (brand.isEmpty() || brand.equals(other.brand));
        }

        private static <T> boolean coversSet(Set<T> wide, Set<T> narrow) {
            return wide.isEmpty() || (!narrow.isEmpty() && wide.containsAll(narrow));
        }
    }

    /** One rule; the reason is for class {@code other} only. */
    record Rule(String id, Condition when, CpuClass cpuClass, int rank, String generation, String reason) {}

    /** One design of cores. */
    record MicroArchitecture(String name, Condition when, int maxRank, Fact<X86Level> level) {}

    /** Whether processors that meet the condition have two kinds of cores. */
    record HybridRule(Condition when, boolean hybrid) {}

    CpuClassifier(Tables tables) {
        this.tables = tables;
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

    /**
     * A classifier that tries an operator's rules before its own. Such a rule's rank is taken as it is, and its id shows
     * as {@code site:ID}.
     *
     * @param processors the values of the key {@code processors} of one or more files: each a list of rules
     * @throws RuleFormatException when a rule is not well-formed, or two have the same id
     */
    public CpuClassifier withRulesBefore(List<RuleNode> processors) {
        List<Rule> before = new ArrayList<>(CpuRules.strict().siteRules(processors));
        before.addAll(tables.siteRules());
        return new CpuClassifier(new Tables(
                tables.vendors(),
                tables.vendorWords(),
                tables.microArchitectures(),
                tables.hybrids(),
                List.copyOf(before),
                tables.rules()));
    }

    /** Classifies a processor. Always answers: what nothing else recognises is {@link CpuClass#OTHER}. */
    public CpuClassification classify(CpuIdentity cpu) {
        String brand = cpu.plainBrand();
        Subject subject = new Subject(vendorOf(cpu.vendor(), brand), brand, cpu);
        Optional<Rule> site = firstOf(tables.siteRules(), subject);
        if (site.isPresent()) {
            return classification(site.get(), HIGHEST_RANK, subject, microArchitecture(subject));
        }
        Optional<Rule> rule = firstOf(tables.rules(), subject);
        if (rule.isEmpty()) {
            return unrecognised(subject);
        }
        if (rule.get().cpuClass() == CpuClass.VIRTUAL) {
            // A hypervisor's made-up processor has a made-up family and model, too.
            return classification(rule.get(), HIGHEST_RANK, subject, Optional.empty());
        }
        Optional<MicroArchitecture> micro = microArchitecture(subject);
        return classification(rule.get(), micro.map(MicroArchitecture::maxRank).orElse(HIGHEST_RANK), subject, micro);
    }

    private static Optional<Rule> firstOf(List<Rule> rules, Subject subject) {
        return rules.stream().filter(rule -> rule.when().holds(subject)).findFirst();
    }

    private Optional<MicroArchitecture> microArchitecture(Subject subject) {
        return tables.microArchitectures().stream()
                .filter(candidate -> candidate.when().holds(subject))
                .findFirst();
    }

    private CpuClassification classification(
            Rule rule, int maxRank, Subject subject, Optional<MicroArchitecture> micro) {
        String generation = rule.when()
                .brand()
                .flatMap(brand -> brand.first(subject.brand()))
                .flatMap(found -> found.group("gen"))
                .orElse(rule.generation());
        String microName = micro.map(MicroArchitecture::name).orElse("");
        return new CpuClassification(
                rule.cpuClass(),
                Math.min(rule.rank(), maxRank),
                subject.vendor(),
                generation.isEmpty() ? microName : generation,
                microName,
                micro.map(MicroArchitecture::level).orElse(Fact.unknown("the micro-architecture is not known")),
                rule.cpuClass() == CpuClass.VIRTUAL
                        ? Fact.unknown("a hypervisor made this processor up")
                        : hybrid(subject, micro),
                rule.id(),
                rule.reason());
    }

    private CpuClassification unrecognised(Subject subject) {
        Optional<MicroArchitecture> micro = microArchitecture(subject);
        String microName = micro.map(MicroArchitecture::name).orElse("");
        return new CpuClassification(
                CpuClass.OTHER,
                1,
                subject.vendor(),
                microName,
                microName,
                micro.map(MicroArchitecture::level).orElse(Fact.unknown("the micro-architecture is not known")),
                hybrid(subject, micro),
                "none",
                subject.brand().isEmpty() && subject.cpu().family() < 0
                        ? "nothing says which processor it is"
                        : "no rule recognises it");
    }

    private Fact<Boolean> hybrid(Subject subject, Optional<MicroArchitecture> micro) {
        for (HybridRule candidate : tables.hybrids()) {
            if (candidate.when().holds(subject)) {
                return Fact.known(candidate.hybrid());
            }
        }
        return micro.isPresent() ? Fact.known(false) : Fact.unknown("neither model nor brand tells its kinds of cores");
    }

    private String vendorOf(String vendor, String brand) {
        String exact = tables.vendors().get(vendor.strip().toLowerCase(Locale.ROOT));
        if (exact != null) {
            return exact;
        }
        return byWord(vendor).or(() -> byWord(brand)).orElse("other");
    }

    private Optional<String> byWord(String text) {
        return tables.vendorWords().stream()
                .filter(candidate -> candidate.words().find(text))
                .map(VendorWord::vendor)
                .findFirst();
    }
}
