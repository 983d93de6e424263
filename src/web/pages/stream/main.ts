import '../../styles.css';
import { createApp } from 'vue';
import StreamPage from './StreamPage.vue';

createApp(StreamPage).mount('#app');
