import '../../styles.css';
import { createApp } from 'vue';
import TrackedPage from './TrackedPage.vue';

createApp(TrackedPage).mount('#app');
