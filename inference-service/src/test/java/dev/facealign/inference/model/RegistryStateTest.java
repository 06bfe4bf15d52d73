package dev.facealign.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import dev.facealign.fault.FaultException;
import dev.facealign.fault.FaultKind;
import dev.facealign.v1.AliasAssignment;
import dev.facealign.v1.ModelManifest;
import dev.facealign.v1.ModelRecord;
import org.junit.jupiter.api.Test;

class RegistryStateTest {
  private static final String A = "aaaaaaaaaa" + "0".repeat(54);
  private static final String A2 = "aaaaaaaaab" + "0".repeat(54);
  private static final String B = "bbbbbbbbbb" + "0".repeat(54);

  private final RegistryState state =
      with(with(with(RegistryState.empty(), A, "net", 1), A2, "net", 3), B, "other", 2);

  @Test
  void resolvesAliasVersionPrefixAndName() {
    RegistryState assigned = assign(state, "candidate", B);

    assertThat(assigned.resolve("candidate").getVersion()).isEqualTo(B);
    assertThat(assigned.resolve(A).getVersion()).isEqualTo(A);
    assertThat(assigned.resolve("bbbbbbbb").getVersion()).isEqualTo(B);
    assertThat(assigned.resolve("aaaaaaaaaa").getVersion()).isEqualTo(A);
    assertThat(assigned.resolve("net").getVersion()).as("newest of the name").isEqualTo(A2);
    assertThat(assigned.models()).extracting(ModelManifest::getVersion).containsExactly(A2, B, A);
    assertThat(assigned.aliasesOf(B)).containsExactly("candidate");
  }

  @Test
  void refusesWhatItDoesNotKnowByName() {
    assertThatThrownBy(() -> state.resolve("nobody"))
        .isInstanceOfSatisfying(
            FaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FaultKind.NOT_FOUND);
              assertThat(e.reason()).isEqualTo("MODEL_NOT_FOUND");
              assertThat(e).hasMessageContaining("nobody").hasMessageContaining("other");
            });
    assertThatThrownBy(() -> state.resolve("aaaaaaaa"))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.reason()).isEqualTo("VERSION_AMBIGUOUS"));
    assertThatThrownBy(() -> state.resolve("bbbbbbb"))
        .as("7 digits are no prefix")
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.kind()).isEqualTo(FaultKind.NOT_FOUND));
  }

  @Test
  void saysThatThereIsNoChampionYet() {
    for (String reference : new String[] {"", "champion"}) {
      assertThatThrownBy(() -> state.resolve(reference))
          .isInstanceOfSatisfying(
              FaultException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(FaultKind.FAILED_PRECONDITION);
                assertThat(e.reason()).isEqualTo("NO_CHAMPION");
                assertThat(e).hasMessageStartingWith("model: champion (expected: a promoted model");
              });
    }
    assertThat(assign(state, "champion", A).resolve("").getVersion()).isEqualTo(A);
  }

  @Test
  void forgetsWhatWasDeleted() {
    RegistryState assigned = assign(state, "champion", A);

    assertThat(assigned.with("model/" + B, null).model(B)).isEmpty();
    assertThat(assigned.with("alias/champion", null).alias("champion")).isEmpty();
    assertThatThrownBy(() -> assigned.with("model/" + A, null).resolve("champion"))
        .hasMessageContaining("alias champion");
    assertThat(assigned.model(B)).as("states do not change").isPresent();
  }

  @Test
  void refusesRecordsThatAreNotWhatTheirKeySays() {
    ModelRecord model = record(A, "net", 1);
    assertThatThrownBy(() -> state.with("model/" + B, model)).isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> state.with("alias/champion", model))
        .isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> state.with("note", model)).isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> state.with("model/short", record("short", "net", 1)))
        .isInstanceOf(FaultException.class);
    assertThatThrownBy(() -> assign(state, "champion", "../../etc"))
        .isInstanceOf(FaultException.class);
  }

  static RegistryState assign(RegistryState state, String alias, String version) {
    return state.with(
        "alias/" + alias,
        ModelRecord.newBuilder()
            .setAlias(AliasAssignment.newBuilder().setAlias(alias).setVersion(version))
            .build());
  }

  private static RegistryState with(
      RegistryState state, String version, String name, long createdSeconds) {
    return state.with("model/" + version, record(version, name, createdSeconds));
  }

  private static ModelRecord record(String version, String name, long createdSeconds) {
    return ModelRecord.newBuilder()
        .setModel(
            ModelManifest.newBuilder()
                .setVersion(version)
                .setName(name)
                .setCreatedAt(Timestamps.fromSeconds(createdSeconds)))
        .build();
  }
}
