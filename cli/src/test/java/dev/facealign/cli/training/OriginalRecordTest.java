package dev.facealign.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.facealign.v1.DatasetRef;
import dev.facealign.v1.LossSettings;
import dev.facealign.v1.TrainingDeadLetter;
import dev.facealign.v1.TrainingJob;
import org.junit.jupiter.api.Test;

class OriginalRecordTest {

  private static OriginalRecord of(ByteString value) {
    return OriginalRecord.of(TrainingDeadLetter.newBuilder().setOriginalValue(value).build());
  }

  @Test
  void aJobInProtobufIsShownAsJson() {
    // Given
    TrainingJob job =
        TrainingJob.newBuilder()
            .setJobId("a")
            .setDataset(DatasetRef.newBuilder().setName("faces"))
            .setLoss(LossSettings.newBuilder().setLambda(Double.NaN))
            .build();

    // When
    OriginalRecord original = of(job.toByteString());

    // Then
    assertThat(original.form()).isEqualTo("protobuf, here as JSON");
    assertThat(String.join("", original.lines()))
        .isEqualTo(
            "{  \"jobId\": \"a\",  \"dataset\": {    \"name\": \"faces\"  },  \"loss\": {    \"lambda\": \"NaN\"  }}");
  }

  @Test
  void jsonIsShownAsItIsWhateverItSays() {
    // When
    OriginalRecord original = of(ByteString.copyFromUtf8(" {\"epochs\": \"many\", \"x\": null}"));

    // Then
    assertThat(original.form()).isEqualTo("JSON");
    assertThat(original.lines())
        .containsExactly("{", "  \"epochs\": \"many\",", "  \"x\": null", "}");
  }

  @Test
  void textIsShownWithoutWhatSteersATerminal() {
    // When
    OriginalRecord original = of(ByteString.copyFromUtf8("not a job\n\u001b[2Jé"));

    // Then
    assertThat(original.form()).isEqualTo("text");
    assertThat(original.lines()).containsExactly("not a job", "\\u001b[2Jé");
  }

  @Test
  void bytesAreShownInHexAndTheirNumberWhereThereAreMany() {
    // Given
    byte[] bytes = new byte[1000];
    bytes[0] = (byte) 0xff;

    // When
    OriginalRecord original = of(ByteString.copyFrom(bytes));

    // Then
    assertThat(original.form()).isEqualTo("bytes");
    assertThat(original.lines()).hasSize(17);
    assertThat(original.lines().get(0)).startsWith("0000  ff 00 00");
    assertThat(original.lines().get(16)).isEqualTo("... (1000 bytes)");
  }

  @Test
  void muchTextIsCut() {
    // When
    OriginalRecord original = of(ByteString.copyFromUtf8("x".repeat(100_000)));

    // Then
    assertThat(original.lines()).hasSize(2).last().isEqualTo("... (100000 characters)");
    assertThat(of(ByteString.EMPTY).form()).isEqualTo("no bytes");
  }
}
