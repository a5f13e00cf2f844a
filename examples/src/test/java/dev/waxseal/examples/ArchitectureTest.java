package dev.waxseal.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The layers of ARCHITECTURE.md, kept. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.waxseal");

    /** What each package of core may use of core, itself aside. */
    private static final Map<String, List<String>> LAYERS = Map.ofEntries(
            Map.entry("error", List.of()),
            Map.entry("wire", List.of()),
            Map.entry("bind", List.of("error", "wire")),
            Map.entry("policy", List.of("error", "bind", "wire")),
            Map.entry("minimize", List.of("error")),
            Map.entry("key", List.of("error", "wire")),
            Map.entry("key.ring", List.of("key", "error", "wire")),
            Map.entry("seal", List.of("error", "wire")),
            Map.entry("seal.engine", List.of("seal", "key.ring", "policy", "bind", "wire", "error")),
            Map.entry("access", List.of("policy", "error")),
            Map.entry("audit", List.of("error")),
            Map.entry("audit.chain", List.of("audit", "key.ring", "wire", "error")));

    private static final String[] EXPORTED = {
        "dev.waxseal", "dev.waxseal.error", "dev.waxseal.policy", "dev.waxseal.minimize", "dev.waxseal.key",
        "dev.waxseal.seal", "dev.waxseal.access", "dev.waxseal.audit", "dev.waxseal.jdbc", "dev.waxseal.cloudapi..",
    };

    @Test
    void eachPackageOfCoreUsesOnlyWhatStandsBelowIt() {
        LAYERS.forEach((layer, allowed) -> {
            Set<String> others = new LinkedHashSet<>();
            others.add("dev.waxseal");
            LAYERS.keySet().stream()
                    .filter(other -> !other.equals(layer) && !allowed.contains(other))
                    .forEach(other -> others.add("dev.waxseal." + other));
            noClasses()
                    .that()
                    .resideInAPackage("dev.waxseal." + layer)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others.toArray(new String[0]))
                    .check(CLASSES);
        });
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("dev.waxseal.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void modulesUseOnlyWhatTheyMay() {
        noClasses()
                .that(resideInAnyPackage("dev.waxseal.cloudapi.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.waxseal",
                        "dev.waxseal.seal..",
                        "dev.waxseal.key..",
                        "dev.waxseal.access..",
                        "dev.waxseal.audit..",
                        "dev.waxseal.jdbc.."))
                .check(CLASSES);
        noClasses()
                .that(resideInAnyPackage("dev.waxseal.jdbc.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.waxseal.cloudapi..",
                        "dev.waxseal.seal.engine..",
                        "dev.waxseal.key.ring..",
                        "dev.waxseal.bind..",
                        "dev.waxseal.wire.."))
                .check(CLASSES);
        noClasses()
                .that(resideInAnyPackage(
                        "dev.waxseal",
                        "dev.waxseal.error..",
                        "dev.waxseal.policy..",
                        "dev.waxseal.key..",
                        "dev.waxseal.seal..",
                        "dev.waxseal.jdbc..",
                        "dev.waxseal.cloudapi.."))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.waxseal.testkit.."))
                .check(CLASSES);
    }

    @Test
    void noThirdPartyTypeStandsInAPublicSignature() {
        DescribedPredicate<JavaClass> thirdParty =
                DescribedPredicate.not(resideInAnyPackage("java..", "javax..", "dev.waxseal..", "org.jspecify..", ""));
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(EXPORTED)
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .arePublic()
                .should(new ArchCondition<>("use no third-party type in their signature") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        Set<JavaClass> used = new LinkedHashSet<>(method.getRawParameterTypes());
                        used.add(method.getRawReturnType());
                        used.addAll(method.getExceptionTypes());
                        for (JavaClass type : used) {
                            JavaClass element = type.isArray() ? type.getBaseComponentType() : type;
                            if (!element.isPrimitive() && thirdParty.test(element)) {
                                events.add(SimpleConditionEvent.violated(
                                        method, method.getFullName() + " uses " + element.getName()));
                            }
                        }
                    }
                })
                .check(CLASSES);
    }

    @Test
    void sealingUsesNoReflection() {
        noClasses()
                .that(resideInAnyPackage("dev.waxseal.seal.engine..", "dev.waxseal.key..", "dev.waxseal.wire.."))
                .should()
                .dependOnClassesThat(resideInAPackage("java.lang.reflect.."))
                .check(CLASSES);
    }

    @Test
    void libraryModulesPrintNothing() {
        noClasses()
                .that(resideInAnyPackage(EXPORTED))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void thereIsNoStaticStateThatChanges() {
        fields().that()
                .areDeclaredInClassesThat(resideInAnyPackage("dev.waxseal..")
                        .and(DescribedPredicate.not(resideInAPackage("dev.waxseal.benchmarks.."))))
                .and()
                .areStatic()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CLASSES);
    }
}
