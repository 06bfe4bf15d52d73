package dev.facealign.trainer.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.facealign.fault.FaultException;
import dev.facealign.trainer.job.RecordPlace;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossKind;
import dev.facealign.v1.TrainingJob;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobMessageReaderTest {
  private final JobMessageReader reader = new JobMessageReader();

  @Test
  void readsProtobuf() {
    // Given
    TrainingJob job =
        TrainingJob.newBuilder()
            .setJobId("a")
            .setDataset(DatasetRef.newBuilder().setName("300w"))
            .build();

    // Then
    assertThat(reader.read(message(job.toByteString(), ""))).isEqualTo(job);
    assertThat(reader.read(message(job.toByteString(), "application/x-protobuf"))).isEqualTo(job);
  }

  @Test
  void readsJsonWithAndWithoutItsHeader() {
    // Given
    String json =
        "{\"dataset\": {\"name\": \"300w\"}, \"shapeModel\": \"ab\", \"loss\": {\"kind\": \"LOSS_KIND_L2\"},"
            + " \"field_of_a_later_version\": 1}";

    // When
    TrainingJob job = reader.read(json(json, "application/json"));

    // Then
    assertThat(job.getDataset().getName()).isEqualTo("300w");
    assertThat(job.getLoss().getKind()).isEqualTo(LossKind.LOSS_KIND_L2);
    assertThat(reader.read(json("  " + json, ""))).isEqualTo(job);
  }

  @Test
  void refusesAnUnknownEnumNameByName() {
    assertThatThrownBy(
            () ->
                reader.read(
                    json("{\"loss\": {\"kind\": \"LOSS_KIND_HUBER\"}}", "application/json")))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith(
            "loss.kind: LOSS_KIND_HUBER (expected: LOSS_KIND_UNSPECIFIED, LOSS_KIND_ACR");
  }

  @Test
  void refusesWhatIsNeitherProtobufNorJson() {
    assertThatThrownBy(() -> reader.read(json("hello", "")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("a protobuf TrainingJob");
    assertThatThrownBy(() -> reader.read(json("{\"dataset\": ", "application/json")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("JSON");
    assertThatThrownBy(() -> reader.read(json("a,b", "text/csv")))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("content-type: text/csv (expected: application/json");
  }

  @Test
  void aJobWithoutAnIdTakesTheKeyOrItsPlace() {
    assertThat(JobMessageReader.idWithoutOne(message("nightly-7", ByteString.EMPTY, "")))
        .isEqualTo("nightly-7");
    assertThat(JobMessageReader.idWithoutOne(message("", ByteString.EMPTY, "")))
        .isEqualTo("job-2-41");
    assertThat(JobMessageReader.idWithoutOne(message("a/../b", ByteString.EMPTY, "")))
        .isEqualTo("job-2-41");
  }

  private static JobMessage json(String json, String contentType) {
    return message(ByteString.copyFromUtf8(json), contentType);
  }

  private static JobMessage message(ByteString value, String contentType) {
    return message("", value, contentType);
  }

  private static JobMessage message(String key, ByteString value, String contentType) {
    return new JobMessage(
        key,
        value,
        Map.of(JobMessage.CONTENT_TYPE, contentType),
        new RecordPlace("facealign.training-jobs", 2, 41),
        Instant.EPOCH,
        1);
  }
}
