package to.clasp.it;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test of what no router but the embedded one can be made to do. */
@Target({METHOD, TYPE})
@Retention(RUNTIME)
@ExtendWith(EmbeddedRouterOnly.Condition.class)
@interface EmbeddedRouterOnly {

  /** What no other can be made to do. */
  String value();

  /** Leaves the test out where the router is a program. */
  final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return TestRouter.isProgram()
          ? ConditionEvaluationResult.disabled(
              AnnotationSupport.findAnnotation(context.getElement(), EmbeddedRouterOnly.class)
                  .map(only -> "on the embedded router only: " + only.value())
                  .orElse("on the embedded router only"))
          : ConditionEvaluationResult.enabled("the router is the embedded one");
    }
  }
}
