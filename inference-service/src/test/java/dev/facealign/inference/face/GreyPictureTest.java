package dev.facealign.inference.face;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facealign.image.RgbImage;
import org.junit.jupiter.api.Test;

class GreyPictureTest {

  @Test
  void keepsSmallPicturesAsTheyAre() {
    GreyPicture grey = GreyPicture.of(picture(3, 2), 480);

    assertThat(grey.width()).isEqualTo(3);
    assertThat(grey.height()).isEqualTo(2);
    assertThat(grey.scaleX()).isEqualTo(1);
    assertThat(grey.grey()).containsExactly(0, 10, 20, 1, 11, 21);
  }

  @Test
  void makesLargePicturesSmallerByMeans() {
    GreyPicture grey = GreyPicture.of(picture(20, 10), 10);

    assertThat(grey.width()).isEqualTo(10);
    assertThat(grey.height()).isEqualTo(5);
    assertThat(grey.scaleX()).isEqualTo(2);
    assertThat(grey.scaleY()).isEqualTo(2);
    // Mean of 0, 10, 1, 11.
    assertThat(grey.grey()[0]).isEqualTo((byte) 6);
  }

  @Test
  void bearsExtremeAspects() {
    GreyPicture flat = GreyPicture.of(picture(25, 1), 10);
    assertThat(flat.width()).isEqualTo(10);
    assertThat(flat.height()).isEqualTo(1);
    assertThat(flat.scaleY()).isEqualTo(1);

    GreyPicture tall = GreyPicture.of(picture(1, 25), 10);
    assertThat(tall.width()).isEqualTo(1);
    assertThat(tall.height()).isEqualTo(10);
    assertThat(tall.scaleY()).isEqualTo(2.5);
  }

  /** Grey, 10 x + y. */
  private static RgbImage picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3;
      rgb[i] = (byte) (10 * (pixel % width) + pixel / width);
    }
    return RgbImage.of(width, height, rgb);
  }
}
