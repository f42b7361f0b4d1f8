package dev.rwo.ci;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows and bans of the house, over the compiled classes of all modules. */
class HouseTest {

    private static final JavaClasses HOUSE =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages("dev.rwo");

    /** About half of what each module has; fewer means that the import missed it and every rule passes emptily. */
    @ParameterizedTest
    @CsvSource({"hardware, 25", "keys, 12", "firstboot, 25", "agent, 60", "image, 40", "ci, 3"})
    void everyModuleIsLookedAt(String module, int atLeast) {
        assertThat(classesBelow("dev.rwo." + module)).hasSizeGreaterThan(atLeast);
    }

    private static List<JavaClass> classesBelow(String root) {
        return HOUSE.stream()
                .filter(type -> type.getPackageName().equals(root)
                        || type.getPackageName().startsWith(root + "."))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "hardware, ''",
        "keys, ''",
        "firstboot, 'keys'",
        "agent, 'hardware keys firstboot'",
        "image, 'keys'",
    })
    void aModuleKnowsOnlyTheModulesAboveIt(String module, String mayKnow) {
        String[] allowed = Stream.concat(Stream.of(module), Stream.of(mayKnow.split(" ")))
                .filter(name -> !name.isEmpty())
                .map(name -> "dev.rwo." + name + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("dev.rwo." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.rwo..").and(not(resideInAnyPackage(allowed))))
                .check(HOUSE);
    }

    @Test
    void theControlLoopKnowsNoOtherPartOfTheAgent() {
        noClasses()
                .that()
                .resideInAPackage("dev.rwo.agent.control..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("dev.rwo.agent..").and(not(resideInAPackage("dev.rwo.agent.control.."))))
                .check(HOUSE);
    }

    @Test
    void theConsoleOnlyShows() {
        noClasses()
                .that()
                .resideInAPackage("dev.rwo.agent.console..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.rwo.agent.swarm..", "dev.rwo.agent.workload..", "dev.rwo.agent.api..")
                .check(HOUSE);
    }

    @Test
    void nothingButTheEntryPointKnowsApiOrCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("dev.rwo.agent.*..")
                .and()
                .resideOutsideOfPackage("dev.rwo.agent.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.rwo.agent.api..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("dev.rwo.agent.*..")
                .and()
                .resideOutsideOfPackage("dev.rwo.agent.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.rwo.agent.cli..")
                .check(HOUSE);
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                com.tngtech.archunit.core.domain.properties.HasName.Predicates.name("sleep"))
                        .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                        com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                                                Thread.class)))))
                .because("waiting is for an event with a deadline")
                .check(HOUSE);
    }

    @Test
    void nobodySerialisesJavaObjects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ObjectOutputStream.class)
                .check(HOUSE);
    }

    @Test
    void onlyCommandLinesPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.rwo..cli..", "dev.rwo.ci.bench..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(HOUSE);
    }

    @Test
    void nullIsMarkedEverywhere() {
        TreeSet<String> unmarked = new TreeSet<>();
        for (JavaClass type : HOUSE) {
            JavaPackage home = type.getPackage();
            if (home.tryGetPackageInfo()
                    .map(info -> !info.isAnnotatedWith(NullMarked.class))
                    .orElse(true)) {
                unmarked.add(home.getName());
            }
        }
        assertThat(unmarked).as("packages without @NullMarked").isEmpty();
    }
}
