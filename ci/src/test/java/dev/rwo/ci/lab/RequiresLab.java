package dev.rwo.ci.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips tests that start a lab where none can run, with the one line that says what to install. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresLab.Condition.class)
public @interface RequiresLab {

    /** What of the lab is used. */
    Layer value() default Layer.SITE;

    /** What can be started. */
    enum Layer {
        /** {@link LabNetwork}. */
        NETWORK,
        /** {@link LabSite}, and something that runs on it. */
        SITE;

        private Optional<String> missing() {
            return switch (this) {
                case NETWORK -> LabNetwork.missing();
                case SITE -> LabSite.missing().or(DemoImage::missing);
            };
        }
    }

    /** Asks what is missing. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getTestClass(), RequiresLab.class)
                    .flatMap(needed -> needed.value().missing())
                    .map(ConditionEvaluationResult::disabled)
                    .orElseGet(() -> ConditionEvaluationResult.enabled("a lab can run here"));
        }
    }
}
