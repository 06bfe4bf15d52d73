package dev.facealign.evaluation;

import static dev.facealign.evaluation.EvaluationGround.FACES;
import static dev.facealign.evaluation.EvaluationGround.goOn;
import static dev.facealign.evaluation.EvaluationGround.request;
import static dev.facealign.evaluation.EvaluationGround.withoutTime;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.v1.Evaluation;
import dev.facealign.v1.UnfinishedEvaluation;
import io.grpc.Context;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An eval-service that is killed in the middle of its work; only {@code test --faults} runs it. */
@Tag("faults")
@Timeout(600)
class EvaluationKillTest {
  private static final int HEAP_MIB = 256;

  @TempDir private Path folder = Path.of("");
  private int starts;

  @Test
  void anEvaluationThatIsKilledTwiceComesToTheSameReport() {
    try (EvaluationGround ground = new EvaluationGround(folder)) {
      // Given what it comes to undisturbed
      ground.uneven("killed");
      EvaluationProcess service = service(ground);
      Evaluation undisturbed = service.evaluate(request("killed"));
      ground.inference().asked.clear();

      // When it is killed after five answers
      Context.CancellableContext first = ground.standStill(service, request("killed"), 5, 5);
      String id = service.unfinished().get(0).getEvaluationId();
      service.kill();
      service.close();
      first.cancel(null);
      service = service(ground);

      // Then it is known and stands still
      UnfinishedEvaluation run = service.unfinished().get(0);
      assertThat(run.getEvaluationId()).isEqualTo(id);
      assertThat(run.getRunning()).isFalse();
      assertThat(run.getFacesDone()).isEqualTo(5);

      // When it goes on and is killed after nine more
      Context.CancellableContext second = ground.standStill(service, goOn(id), 9, 14);
      service.kill();
      service.close();
      second.cancel(null);
      ground.inference().speak();
      ground.inference().asked.clear();
      service = service(ground);
      Evaluation report = service.evaluate(goOn(id));

      // Then only what was not answered was asked for, and nothing else is another
      assertThat(ground.inference().asked).hasSize(FACES - 14);
      assertThat(report.getEvaluationId()).isEqualTo(id);
      assertThat(withoutTime(report)).isEqualTo(withoutTime(undisturbed));
      assertThat(service.unfinished()).isEmpty();
      assertThat(folder.resolve("artifacts/evaluation-runs")).isEmptyDirectory();
      service.close();
    }
  }

  private EvaluationProcess service(EvaluationGround ground) {
    starts++;
    return EvaluationProcess.start(
        folder.resolve("eval-service-" + starts + ".log"),
        HEAP_MIB,
        ground.bootstrapServers(),
        ground.inference().address(),
        folder,
        // Few questions are on their way when it is killed.
        Map.of("facealign.inference.max-in-flight", "2"));
  }
}
