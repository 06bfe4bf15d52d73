package dev.facealign.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The architecture rules that hold in every module:
 *
 * <ul>
 *   <li>dependencies point one way: services to platform, platform to the domain, and no service to
 *       another; the command line alone may use what inference-service offers to other processes;
 *   <li>the domain knows no framework;
 *   <li>packages have no cycles;
 *   <li>no class or package has a name that says nothing;
 *   <li>constructors inject, fields don't; static state is constant.
 * </ul>
 */
public final class HouseRules {
  private static final String ROOT = "dev.facealign.";

  /** Packages whose code runs as a program of its own. */
  private static final List<String> PROGRAMS =
      List.of("broker", "pca", "trainer", "inference", "evaluation", "cli");

  private static final String PLATFORM = "platform";

  /** Made to be run in another program's process. */
  private static final String EMBEDDABLE = ROOT + "inference.local..";

  /** Words that name no idea. */
  private static final Pattern EMPTY_WORDS =
      Pattern.compile(
          ".*(Util|Utils|Utility|Utilities|Common|Commons|Helper|Helpers|Manager|Impl)$");

  private static final Set<String> EMPTY_PACKAGES =
      Set.of(
          "util", "utils", "common", "commons", "helper", "helpers", "manager", "managers", "impl");

  private HouseRules() {}

  /**
   * Checks the classes of a module.
   *
   * @param packages the module's root packages, such as {@code "dev.facealign.pca"}
   * @throws AssertionError naming every breach
   */
  public static void check(String... packages) {
    // Names of foreign classes are all that the rules look at; reading those classes takes ten
    // times as long.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(HouseRules::isHandWritten)
            .importPackages(packages);
    if (classes.isEmpty()) {
      throw new AssertionError("no classes in " + Arrays.toString(packages));
    }
    names().check(classes);
    cycles().check(classes);
    injection().check(classes);
    staticState().check(classes);
    for (String name : packages) {
      direction(name).check(classes);
    }
  }

  /** Annotation processors write classes whose names begin with a dollar sign. */
  private static boolean isHandWritten(com.tngtech.archunit.core.importer.Location location) {
    return !location.contains("/$");
  }

  private static ArchRule names() {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "have a name that says nothing (util, common, helper, manager, impl)",
                (JavaClass type) ->
                    EMPTY_WORDS.matcher(type.getSimpleName()).matches()
                        || Arrays.stream(type.getPackageName().split("\\.", -1))
                            .anyMatch(EMPTY_PACKAGES::contains)))
        .should(exist())
        .allowEmptyShould(true);
  }

  private static ArchCondition<JavaClass> exist() {
    return new ArchCondition<>("exist") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        events.add(SimpleConditionEvent.satisfied(type, type.getName() + " exists"));
      }
    };
  }

  private static ArchRule cycles() {
    return slices().matching("dev.facealign.(**)").should().beFreeOfCycles().allowEmptyShould(true);
  }

  private static ArchRule injection() {
    return noFields()
        .should()
        .beAnnotatedWith("jakarta.inject.Inject")
        .allowEmptyShould(true)
        .because("constructors inject");
  }

  private static ArchRule staticState() {
    return fields()
        .that()
        .areStatic()
        .and()
        .doNotHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC)
        .should()
        .beFinal()
        .allowEmptyShould(true)
        .because("static state that changes is shared by accident");
  }

  private static ArchRule direction(String name) {
    String[] programs =
        PROGRAMS.stream()
            .map(program -> ROOT + program)
            .filter(program -> !isWithin(name, program))
            .map(program -> program + "..")
            .toArray(String[]::new);
    boolean program = PROGRAMS.stream().anyMatch(p -> isWithin(name, ROOT + p));
    boolean platform = isWithin(name, ROOT + PLATFORM);
    if (program || platform) {
      return noClasses()
          .that(resideInAnyPackage(name + ".."))
          .should()
          .dependOnClassesThat(
              name.equals(ROOT + "cli")
                  ? resideInAnyPackage(programs).and(resideOutsideOfPackage(EMBEDDABLE))
                  : resideInAnyPackage(programs))
          .because("dependencies point one way");
    }
    return noClasses()
        .that(resideInAnyPackage(name + ".."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(programs)
                .or(
                    resideInAnyPackage(
                        ROOT + PLATFORM + "..",
                        ROOT + "v1..",
                        "io.micronaut..",
                        "jakarta..",
                        "io.grpc..",
                        "com.google.protobuf..",
                        "org.apache.kafka..",
                        "io.micrometer..")))
        .because("the domain knows no framework");
  }

  private static boolean isWithin(String name, String ancestor) {
    return name.equals(ancestor) || name.startsWith(ancestor + ".");
  }
}
