import type { BootImages } from './api';

/** What a guest boots, with words of a person's behind its own: of words that contradict each other Linux mostly takes the last. */
export function withWords(images: BootImages, words = ''): BootImages {
  const all = [images.append, words.trim()].filter((each) => each !== undefined && each !== '');
  return all.length > 0 ? { ...images, append: all.join(' ') } : images;
}
