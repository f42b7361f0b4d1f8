package dev.rwo.hardware.rule;

import java.util.List;
import java.util.Map;

/** What a rule asks of a machine. Pure. */
sealed interface Condition {

    /** Whether it holds. */
    Verdict test(Scope scope);

    /** Every part holds. */
    record All(List<Condition> parts) implements Condition {
        @Override
        public Verdict test(Scope scope) {
            return Verdict.all(parts, part -> part.test(scope));
        }
    }

    /** One part holds. */
    record Any(List<Condition> parts) implements Condition {
        @Override
        public Verdict test(Scope scope) {
            return Verdict.any(parts, part -> part.test(scope));
        }
    }

    /** The part does not hold. */
    record Not(Condition part) implements Condition {
        @Override
        public Verdict test(Scope scope) {
            return part.test(scope).negated();
        }
    }

    /** A device of a kind satisfies all comparisons. */
    record Device(DeviceKind<?> kind, Map<String, Comparison> asked) implements Condition {
        @Override
        public Verdict test(Scope scope) {
            return kind.test(scope.profile(), asked);
        }
    }

    /** A label of RWO's. */
    record Label(String name, Comparison asked) implements Condition {
        @Override
        public Verdict test(Scope scope) {
            return asked.test("label " + name, scope.label(name));
        }
    }

    /** A place in the profile. */
    record Place(ProfilePath path, Comparison asked) implements Condition {
        @Override
        public Verdict test(Scope scope) {
            return asked.test(path.text(), path.values(scope.profile()));
        }
    }
}
